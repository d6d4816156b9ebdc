/** Builds the model again in a temporary folder and compares every file with the committed manifest, bit for bit. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { weightsCache } from './weights.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const cached = existsSync(weightsCache);
if (!cached && spawnSync('python3', ['-m', 'pip', '--version']).status !== 0) {
  console.log('SKIPPED: the rebuild needs Python 3 with pip to fetch the weights, and this machine has none');
  process.exit(0);
}
const out = mkdtempSync(join(tmpdir(), 'smollm2-'));
try {
  const build = spawnSync(process.execPath, [join(root, 'scripts/build.mjs'), out], { stdio: 'inherit' });
  if (build.status !== 0) process.exit(build.status ?? 1);
  const [committed, rebuilt] = [join(root, 'data'), out].map((folder) =>
    JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')),
  );
  const different = Object.keys(rebuilt.files).filter(
    (name) => rebuilt.files[name].sha256 !== committed.files[name]?.sha256,
  );
  for (const name of Object.keys(rebuilt.files))
    console.log(`${different.includes(name) ? 'DIFFERENT' : 'same     '} ${name}`);
  process.exitCode = different.length === 0 ? 0 : 1;
} finally {
  rmSync(out, { recursive: true });
}
