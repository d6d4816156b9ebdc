/** What the exit code says, so that a shell script can act on it. */

import type { Verdict } from '@alknet/firewall-core';

/** `block` is kept apart from `error`: an attack and a breakage never look the same. */
export const exitCodes = { ok: 0, block: 1, error: 2 } as const;

/** 0 for allow or flag, 1 for block, 2 when the screen failed (whatever `onError` decided). */
export function exitCodeOf({ status, decision }: Verdict): number {
  if (status === 'failed') return exitCodes.error;
  return decision === 'block' ? exitCodes.block : exitCodes.ok;
}
