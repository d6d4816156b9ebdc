/** What the firewall throws: a typed error that says what was wrong, where, and what to do. */

/** Every code that a {@link FirewallError} can carry. Codes are stable: programs may switch on them. */
export type FirewallErrorCode =
  | 'config-invalid'
  | 'config-not-found'
  | 'file-not-found'
  | 'file-corrupt'
  | 'manifest-invalid'
  | 'model-invalid'
  | 'model-failed'
  | 'codebook-invalid'
  | 'codebook-mismatch'
  | 'tokenizer-invalid'
  | 'input-invalid'
  | 'option-invalid'
  | 'remote-unreachable'
  | 'remote-protocol'
  | 'blocked'
  | 'queue-full'
  | 'timeout'
  | 'aborted'
  | 'closed';

const marker: symbol = Symbol.for('alknet.firewall.error');

/**
 * The one error class of the firewall. `message` never holds screened text.
 *
 * @example
 * ```ts
 * import { Firewall, FirewallError } from '@alknet/firewall-core';
 *
 * try {
 *   await Firewall.load({ config: 'no-such-file.toml' });
 * } catch (error) {
 *   if (FirewallError.isInstance(error)) console.log(error.code, error.where, error.hint);
 * }
 * ```
 */
export class FirewallError extends Error {
  override readonly name = 'FirewallError';
  /** What kind of failure this is. */
  readonly code: FirewallErrorCode;
  /** The file, setting or step it happened in. */
  readonly where: string;
  /** What the reader can do about it. */
  readonly hint: string;

  constructor(code: FirewallErrorCode, what: { message: string; where: string; hint: string; cause?: unknown }) {
    super(
      `${what.message} (${what.where}). ${what.hint}`,
      what.cause === undefined ? undefined : { cause: what.cause },
    );
    this.code = code;
    this.where = what.where;
    this.hint = what.hint;
    Object.defineProperty(this, marker, { value: true });
  }

  /** True for a FirewallError of any copy of this package, where `instanceof` fails across duplicate installs. */
  static isInstance(value: unknown): value is FirewallError {
    return typeof value === 'object' && value !== null && (value as Record<symbol, unknown>)[marker] === true;
  }
}
