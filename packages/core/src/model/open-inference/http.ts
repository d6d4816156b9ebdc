/** HTTP to one inference server: keep-alive, a deadline, a bounded answer, and one retry where nothing can have been lost. */
import { setTimeout as wait } from 'node:timers/promises';
import { FirewallError } from '../../errors.ts';

/** A whole answer. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Uint8Array;
}

/** What is asked of the server. */
export interface Question {
  /** Below the base URL, without a leading slash. */
  readonly path: string;
  /** Sent with POST; without one, GET. */
  readonly body?: Uint8Array | string;
  readonly headers?: Readonly<Record<string, string>>;
  /** A longer answer is refused: a broken server must not fill the memory (CWE-770). */
  readonly maxBytes: number;
  readonly signal: AbortSignal;
}

/**
 * Failures of the connection, not of an answer. The request was never sent, or the socket broke while it waited; asking
 * again is safe either way, since nothing that is asked here changes the server.
 */
const brokenConnection = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET']);
const retryAfterMs = 50;

/**
 * Asks the server. An aborted signal rejects with its reason.
 *
 * @throws FirewallError `remote-unreachable` when there is no whole answer, `remote-protocol` for a redirect or an overlong one
 */
export async function ask(base: URL, headers: Headers, question: Question): Promise<Answer> {
  const url = new URL(question.path, base);
  const once = (): Promise<Answer> => exchange(url, headers, question);
  try {
    return await once().catch(async (error: unknown) => {
      if (question.signal.aborted || !brokenConnection.has(codeOf(error))) throw error;
      await wait(retryAfterMs, undefined, { signal: question.signal });
      return once();
    });
  } catch (cause) {
    question.signal.throwIfAborted();
    if (FirewallError.isInstance(cause)) throw cause;
    throw new FirewallError('remote-unreachable', {
      message: `The inference server gives no answer: ${codeOf(cause) || 'the connection failed'}`,
      where: url.href,
      hint: 'Check that it runs and that the URL is right; for a private certificate authority set NODE_EXTRA_CA_CERTS.',
      cause,
    });
  }
}

async function exchange(url: URL, common: Headers, { body, headers, maxBytes, signal }: Question): Promise<Answer> {
  // Node's fetch asks for gzip unless told otherwise, which costs both sides time and saves nothing on float32 noise.
  const sent = new Headers([...common, ['accept-encoding', 'identity'], ...Object.entries(headers ?? {})]);
  const response = await fetch(url, {
    method: body === undefined ? 'GET' : 'POST',
    headers: sent,
    signal,
    // A redirect would take the caller's headers, and the text's tokens, to another host.
    redirect: 'manual',
    ...(body === undefined ? {} : { body }),
  });
  const chunks: Uint8Array[] = [];
  let length = 0;
  // Leaving the loop cancels the rest of the answer.
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    length += chunk.byteLength;
    if (length > maxBytes) throw protocolError(url, `The answer has over ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  if (response.status >= 300 && response.status < 400) throw protocolError(url, `It redirects (${response.status})`);
  return { status: response.status, headers: response.headers, body: Buffer.concat(chunks, length) };
}

/** The code of a failed fetch: of the system (`ECONNREFUSED`) or of undici (`UND_ERR_SOCKET`). */
function codeOf(error: unknown): string {
  const cause = (error as { cause?: { code?: unknown } } | null)?.cause;
  return typeof cause?.code === 'string' ? cause.code : '';
}

function protocolError(url: URL, message: string): FirewallError {
  return new FirewallError('remote-protocol', {
    message,
    where: url.href,
    hint: 'Give the URL of the inference server itself: the one that answers at /v2.',
  });
}
