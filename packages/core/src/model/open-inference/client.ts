/** One model on an inference server: describes itself once, then infers. */
import { FirewallError, type FirewallErrorCode } from '../../errors.ts';
import { parseJson } from '../../json.ts';
import type { Activations, Pooling } from '../detector-model.ts';
import { type Answer, ask } from './http.ts';
import { poolTokens } from './pool.ts';
import { readMetadata, readParameters, type ServedGraph } from './served-graph.ts';
import { decodeAnswer, type Encoding, encodeRequest } from './tensors.ts';

/** Where a model is served, and what is sent with every request. */
export interface Endpoint {
  /** Ends with a slash; no user, password, query or fragment. */
  readonly base: URL;
  /** Path of the model below `base`. */
  readonly path: string;
  readonly headers: Headers;
}

/** Longest description and longest JSON part of an answer; real ones have under 8 KiB. */
const maxJsonBytes = 1024 * 1024;
/** A float32 in JSON: sign, 17 digits, point, exponent, comma. */
const jsonNumberBytes = 26;

/** What the server says about the model. Readiness is asked too, though a server may be ready and yet fail (a dead backend). */
export async function describe(
  endpoint: Endpoint,
  signal: AbortSignal,
): Promise<ServedGraph & ReturnType<typeof readParameters>> {
  const get = (path: string): Promise<Answer> =>
    ask(endpoint.base, endpoint.headers, { path: endpoint.path + path, maxBytes: maxJsonBytes, signal });
  const metadata = await get('');
  if (metadata.status === 404) {
    throw failure(endpoint, 'model-invalid', `The server has no such model${said(metadata)}`, 'Check the model name.');
  }
  if (metadata.status !== 200) throw refused(endpoint, metadata, said(metadata));
  const graph = readMetadata(json(metadata));
  if (typeof graph === 'string') {
    const hint = 'Serve an activation graph: see `alknet-model-export triton`.';
    throw failure(endpoint, 'model-invalid', `The served model is no activation graph: ${graph}`, hint);
  }
  const ready = await get('/ready');
  if (ready.status !== 200) {
    throw failure(endpoint, 'remote-unreachable', `The model is not ready${said(ready)}`, 'Wait, then load again.');
  }
  // Triton's extension; other servers answer 404.
  const config = await get('/config');
  return { ...graph, ...(config.status === 200 ? readParameters(json(config)) : {}) };
}

/**
 * Sends one window.
 *
 * @param verbose whether an error quotes what the server said, which may quote the tokens: only where these are no one's text
 * @throws FirewallError `remote-unreachable` or `remote-protocol`; an aborted signal's reason
 */
export async function inferOnce(
  endpoint: Endpoint,
  { layers, width, pooled }: ServedGraph,
  encoding: Encoding,
  { tokenIds, pooling, id }: { readonly tokenIds: Int32Array; readonly pooling: Pooling; readonly id: string },
  signal: AbortSignal,
  verbose = false,
): Promise<Activations> {
  const { segments, tokens } = pooling;
  const shape = [1, tokens];
  const inputs = [
    { name: 'input_ids', shape, values: tokenIds },
    { name: 'attention_mask', shape, values: new Int32Array(tokens).fill(1) },
    ...(pooled ? [{ name: 'pooling', shape: [segments, tokens], values: pooling.weights }] : []),
  ];
  const rows = pooled ? segments : tokens;
  const outputs = layers.map((layer) => ({ name: `hidden_${layer}`, shape: [1, rows, width] }));
  const answer = await ask(endpoint.base, endpoint.headers, {
    path: `${endpoint.path}/infer`,
    ...encodeRequest(id, inputs, outputs, encoding),
    maxBytes: maxJsonBytes + layers.length * rows * width * (encoding === 'binary' ? 4 : jsonNumberBytes),
    signal,
  });
  if (answer.status !== 200) throw refused(endpoint, answer, verbose ? said(answer) : '');
  const hidden = decodeAnswer(answer, outputs);
  if (typeof hidden === 'string') throw malformed(endpoint, hidden);
  const means = pooled ? hidden : hidden.map((layer) => poolTokens(layer, width, pooling));
  if (means.some((layer) => !layer.every(Number.isFinite)))
    throw malformed(endpoint, 'It holds numbers that are not finite');
  return { segments, width, layers: means };
}

/** An error of this endpoint. */
export function failure(
  { base, path }: Endpoint,
  code: FirewallErrorCode,
  message: string,
  hint: string,
): FirewallError {
  return new FirewallError(code, { message, where: new URL(path, base).href, hint });
}

function refused(endpoint: Endpoint, { status }: Answer, words: string): FirewallError {
  const code = status === 502 || status === 503 || status === 504 ? 'remote-unreachable' : 'remote-protocol';
  const hint =
    status === 401 || status === 403
      ? 'Pass the header that the server wants.'
      : "Look into the server's log; `GET v2/health/ready` says little, a backend may be dead behind it.";
  return failure(endpoint, code, `The inference server answers ${status}${words}`, hint);
}

function malformed(endpoint: Endpoint, what: string): FirewallError {
  const hint = 'Check the graph with `alknet-model-export verify`; a Triton Python backend needs numpy below 2.';
  return failure(endpoint, 'remote-protocol', `The answer is not what was asked for: ${what}`, hint);
}

/** The server's own words for a failure, whatever content type they are labelled with, on one short line. */
function said(answer: Answer): string {
  const { error, detail } = (json(answer) ?? {}) as { error?: unknown; detail?: unknown };
  const words = [error, detail].find((value) => typeof value === 'string') as string | undefined;
  return words === undefined ? '' : `: ${words.replaceAll(/[^\x21-\x7e]+/g, ' ').slice(0, maxQuoted)}`;
}

const maxQuoted = 200;

function json({ body }: Answer): unknown {
  return parseJson(Buffer.from(body).toString('utf8'));
}
