/** `POST {"text", "role"}` -> `{"decision", "reason", "score", "status"}`: what the Python scanner asks. */
import type { Firewall } from '@alknet/firewall-core';
import { AlknetScanner } from './scanner.ts';

/**
 * Answers the Python scanner `alknet_llamafirewall`.
 *
 * @example `const scan = llamaFirewallRoute(firewall); app.post('/llamafirewall/scan', ({ req }) => scan(req.raw));`
 */
export function llamaFirewallRoute(firewall: Pick<Firewall, 'screen'>): (request: Request) => Promise<Response> {
  const scanner = new AlknetScanner(firewall);
  return async (request) => {
    const { text, role } = ((await request.json().catch(() => undefined)) ?? {}) as Record<string, never>;
    return Response.json(await scanner.scan({ role, content: text }));
  };
}
