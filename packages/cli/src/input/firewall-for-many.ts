/** A firewall for many texts, where their rate counts and not how soon each one is read. */

import { availableParallelism } from 'node:os';
import type { Firewall } from '@alknet/firewall-core';

/** Each holds the model, about 120 MB; beyond this many, the cores are better shared by the sessions than the memory lost. */
const mostSessions = 16;

/** Opens it with a session a core (or for each so many as `threads` takes), unless the configuration says how many. */
export async function openForMany(config: string | undefined): Promise<Firewall> {
  const { Firewall, loadConfig } = await import('@alknet/firewall-core');
  const named = config === undefined ? {} : { config };
  const { config: settings, sources } = await loadConfig({ file: config });
  if (sources.sessions !== 'default') return Firewall.load(named);
  const fitting = Math.floor(availableParallelism() / Math.max(1, settings.threads));
  return Firewall.load({ ...named, sessions: Math.min(mostSessions, Math.max(1, fitting)) });
}
