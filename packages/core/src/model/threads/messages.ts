/** What a model thread is sent and what it answers: each message has one answer, in order. */
import { FirewallError, type FirewallErrorCode } from '../../errors.ts';
import type { Activations, Pooling } from '../detector-model.ts';
import type { OnnxModelSource } from '../onnx.ts';

/** Opens the graph, reads one window, or ends the thread. */
export type Question =
  | { readonly kind: 'open'; readonly source: OnnxModelSource }
  | { readonly kind: 'window'; readonly tokenIds: Int32Array; readonly pooling: Pooling }
  | { readonly kind: 'close' };

/** Activations of a window, nothing for the others, or what went wrong. */
export type Answer = { readonly activations?: Activations } | { readonly error: PlainError };

/** A FirewallError's parts: its class does not survive the way between threads. */
export interface PlainError {
  readonly code: FirewallErrorCode;
  readonly message: string;
  readonly where: string;
  readonly hint: string;
  readonly cause: string;
}

/** Takes an error apart for the way to another thread. */
export function toPlain(error: FirewallError): PlainError {
  const { code, message, where, hint, cause } = error;
  // The constructor ends every message with its place and hint, and will again.
  const bare = message.slice(0, message.length - ` (${where}). ${hint}`.length);
  return { code, message: bare, where, hint, cause: cause instanceof Error ? cause.message : String(cause ?? '') };
}

/** Puts it together again. */
export function fromPlain({ code, cause, ...what }: PlainError): FirewallError {
  return new FirewallError(code, cause === '' ? what : { ...what, cause: new Error(cause) });
}
