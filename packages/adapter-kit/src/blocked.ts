/** What an adapter ends a call with where its framework has no answer of its own for an attack. */
import { FirewallError } from '@alknet/firewall-core';
import type { Finding } from './guard.ts';

/**
 * A FirewallError of code `blocked`, whose `cause` is the finding. A firewall that fails gives another code.
 *
 * @example
 * ```ts
 * const finding = await find([textPart(page, 'document', 'page')]);
 * if (finding.attack) throw blocked(finding);
 * ```
 */
export function blocked(finding: Finding): FirewallError {
  return new FirewallError('blocked', {
    message: `Blocked: ${finding.reason}, score ${finding.score.toFixed(3)}`,
    where: finding.where,
    hint: "The finding is this error's cause.",
    cause: finding,
  });
}
