/** Loading, in fresh processes. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { median } from './statistics.mjs';

const script = fileURLToPath(new URL('load-once.mjs', import.meta.url));

/** Medians over `runs` processes; files come from the page cache after the first. */
export function measureLoad(runs) {
  const all = Array.from({ length: runs }, () =>
    JSON.parse(execFileSync(process.execPath, [script], { encoding: 'utf8' })),
  );
  return Object.fromEntries(Object.keys(all[0]).map((key) => [key, median(all.map((one) => one[key]))]));
}
