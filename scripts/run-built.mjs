/** `run-built.mjs PACKAGE ARGS`: builds what is out of date (silently), then runs that package's command as if called directly. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { pnpm, root } from './pnpm.mjs';

const [folder, ...args] = process.argv.slice(2);
const manifest = JSON.parse(readFileSync(`${root}/packages/${folder}/package.json`, 'utf8'));
const [entry] = Object.values(manifest.bin);

await import('./setup.mjs');
pnpm(['exec', 'turbo', 'run', 'build', `--filter=${manifest.name}`], { quiet: true });

const child = spawnSync(process.execPath, [`${root}/packages/${folder}/${entry}`, ...args], {
  stdio: 'inherit',
  cwd: process.env.INIT_CWD ?? process.cwd(),
});
process.exit(child.status ?? 1);
