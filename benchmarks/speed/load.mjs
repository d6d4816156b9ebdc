/** Loading, in fresh processes. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { medians } from './statistics.mjs';

const script = fileURLToPath(new URL('load-once.mjs', import.meta.url));

/** Medians over `runs` processes for each number of sessions, in turn; files come from the page cache after the first. */
export function measureLoad(runs, counts) {
  const all = counts.map((sessions) => ({ sessions, seen: [] }));
  for (let run = 0; run < runs; run++) {
    for (const { sessions, seen } of all) {
      const env = { ...process.env, FIREWALL_SESSIONS: String(sessions) };
      seen.push(JSON.parse(execFileSync(process.execPath, [script], { encoding: 'utf8', env })));
    }
  }
  return all.map(({ sessions, seen }) => ({ sessions, ...medians(seen) }));
}
