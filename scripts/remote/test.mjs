/** Tests remote activations on the two real inference servers; part of `npm run test:frameworks`. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { pnpm } from '../pnpm.mjs';
import { interpreter, unavailable } from './engines.mjs';

const reason = unavailable();
if (reason !== undefined) {
  const line = '!'.repeat(80);
  console.log(`\n${line}\n!!  SKIPPED remote (Triton, KServe): ${reason}. Nothing was tested.\n${line}\n`);
  console.log('0 passed, 0 failed, 1 skipped');
} else {
  const started = performance.now();
  const python = interpreter();
  const version = spawnSync(python, ['--version']).stdout.toString().trim();
  console.log(`# remote: ${version}, environment in ${((performance.now() - started) / 1000).toFixed(1)} s`);
  process.env.ALKNET_TEST_PYTHON = python;
  pnpm(['exec', 'vitest', 'run', '--root', fileURLToPath(new URL('.', import.meta.url)), '--reporter', 'verbose']);
}
