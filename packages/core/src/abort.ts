/** What an aborted signal means, in the firewall's own errors. */
import { FirewallError } from './errors.ts';

/** Settles with the promise, or rejects as soon as the signal aborts. */
export function abortable<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(abortError(signal));
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}

/** @throws FirewallError `timeout` or `aborted` when the signal has aborted */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw abortError(signal);
}

/** The deadline passed, or the caller gave up. */
export function abortError(signal: AbortSignal): FirewallError {
  const late = signal.reason instanceof DOMException && signal.reason.name === 'TimeoutError';
  return new FirewallError(late ? 'timeout' : 'aborted', {
    message: late ? 'The deadline passed before the whole text was read' : 'The caller aborted the screening',
    where: 'screen()',
    hint: late ? 'Raise `timeoutMs`, or lower `limits.maxCharacters`.' : 'Nothing to do: this was asked for.',
  });
}

/** A signal that aborts with the caller's, or after `timeoutMs` where that is over 0; none where neither can happen. */
export function anySignal(signal: AbortSignal | undefined, timeoutMs: number): AbortSignal | undefined {
  const timeout = timeoutMs > 0 ? AbortSignal.timeout(timeoutMs) : undefined;
  return signal !== undefined && timeout !== undefined ? AbortSignal.any([signal, timeout]) : (signal ?? timeout);
}
