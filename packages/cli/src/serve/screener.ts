/** What the server needs of a firewall, so that it can be given one that counts. */

import type { Firewall } from '@alknet/firewall-core';

/** A {@link Firewall}, without its lifetime. */
export type Screener = Pick<Firewall, 'screen' | 'screenMany' | 'explain' | 'config' | 'info'>;
