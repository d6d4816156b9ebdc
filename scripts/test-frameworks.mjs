/** `npm run test:frameworks`: the adapters and the remote model against the real frameworks and servers, one line a case. */
import { spawnSync } from 'node:child_process';
import { root } from './pnpm.mjs';

const scripts = [
  'packages/adapter-llamafirewall/scripts/test-frameworks.mjs',
  'packages/adapter-nemo/scripts/test-frameworks.mjs',
  'packages/cli/scripts/test-openapi.mjs',
  'scripts/remote/test.mjs',
];
const failed = scripts.filter((script) => {
  console.log(`== ${script}`);
  return spawnSync(process.execPath, [`${root}/${script}`], { cwd: root, stdio: 'inherit' }).status !== 0;
});
for (const script of failed) console.error(`failed: ${script}`);
process.exit(failed.length === 0 ? 0 : 1);
