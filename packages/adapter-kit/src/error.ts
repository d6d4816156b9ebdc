/** What an adapter ends a call with where a text is an attack. A firewall that fails gives FirewallError instead. */
import type { Finding } from './guard.ts';

const marker: symbol = Symbol.for('alknet.firewall.injection-blocked');

/**
 * An attack was found and the call ended. Never holds the text.
 *
 * @example
 * ```ts
 * try {
 *   await generateText({ model, prompt });
 * } catch (error) {
 *   if (InjectionBlockedError.isInstance(error)) console.log(error.finding.where, error.finding.score);
 * }
 * ```
 */
export class InjectionBlockedError extends Error {
  override readonly name = 'InjectionBlockedError';
  readonly finding: Finding;

  constructor(finding: Finding) {
    super(`alknet-firewall blocked ${finding.where}: ${finding.reason}, score ${finding.score.toFixed(3)}`);
    this.finding = finding;
    Object.defineProperty(this, marker, { value: true });
  }

  /** True for an error of any copy of this package, where `instanceof` fails across duplicate installs. */
  static isInstance(value: unknown): value is InjectionBlockedError {
    return typeof value === 'object' && value !== null && marker in value;
  }
}
