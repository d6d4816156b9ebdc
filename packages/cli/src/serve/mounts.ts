/** The routes of other frameworks: each adapter package brings a fetch handler, and is one line here. */

import { llamaFirewallRoute } from '@alknet/firewall-llamafirewall';
import { nemoBlock, nemoRoutes } from '@alknet/firewall-nemo';
import type { Screener } from './screener.ts';

/** A handler that an adapter package exports, such as `nemoRoutes(firewall)`. */
export interface Mount {
  /** As in Hono: `/llamafirewall/scan`, or `/nemo/*` for all below. The handler gets the whole URL. */
  readonly path: string;
  readonly handler: (firewall: Pick<Screener, 'screen'>) => (request: Request) => Promise<Response>;
  /**
   * What the framework takes for "blocked", where the server itself refuses (too large, too many, a wrong token, broken).
   * Needed where a status other than 200 lets the text pass. Default: the server's own answer.
   */
  readonly refusal?: (request: Request) => Response;
}

/** Every mount. */
export const mounts: readonly Mount[] = [
  { path: '/llamafirewall/scan', handler: llamaFirewallRoute },
  { path: '/nemo/*', handler: nemoRoutes, refusal: nemoBlock },
];
