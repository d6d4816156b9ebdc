/** Installs the workspace exactly as locked; a no-op when it is already so. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { pnpm, root } from './pnpm.mjs';

const stamp = `${root}/node_modules/.setup-lock`;
const lock = readFileSync(`${root}/pnpm-lock.yaml`, 'utf8');
if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== lock) {
  pnpm(['install', '--frozen-lockfile'], { quiet: true });
  writeFileSync(stamp, lock);
}
