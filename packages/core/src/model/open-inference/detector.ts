/** The detector model on an inference server (Triton, KServe): token ids travel, everything else stays with the caller. */
import { throwIfAborted } from '../../abort.ts';
import { FirewallError } from '../../errors.ts';
import type { Activations, DetectorModel, Pooling } from '../detector-model.ts';
import { describe, type Endpoint, failure, inferOnce } from './client.ts';
import type { ServedGraph } from './served-graph.ts';
import { slots } from './slots.ts';
import type { Encoding } from './tensors.ts';

/** Where the activations come from. */
export interface OpenInferenceOptions {
  /** The server's root, such as `http://127.0.0.1:8000`; the model is asked for below `v2/models/`. */
  readonly url: string | URL;
  /** The model's name on the server. */
  readonly model: string;
  /** Sent with every request, for instance `authorization`. Never shown in an error. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Milliseconds that one inference may take, from its sending. Default 10,000. */
  readonly timeoutMs?: number;
  /** Inferences under way at a time; others wait. Default 16. */
  readonly maxInFlight?: number;
  /** sha256 of the served graph file. Needed where the server does not tell it (all but Triton); where it does, they must agree. */
  readonly graphSha256?: string;
  /** The most tokens the graph reads, the sink token included. Needed where the server does not tell it. */
  readonly maxTokens?: number;
}

/**
 * Opens an activation graph that a server of the Open Inference Protocol v2 serves over HTTP. Checks its tensors, its
 * readiness and its hash, and lets it infer once: in binary, or as JSON where the server cannot do that.
 *
 * @throws FirewallError `option-invalid`, `remote-unreachable`, `remote-protocol`, `timeout`, or `model-invalid` when it is
 * not there, no activation graph, or another graph than stated
 * @example
 * ```ts
 * import { Firewall, openInferenceDetectorModel } from '@alknet/firewall-core';
 *
 * const model = await openInferenceDetectorModel({ url: 'http://triton:8000', model: 'alknet' });
 * const firewall = await Firewall.load({ model });
 * ```
 */
export async function openInferenceDetectorModel(options: OpenInferenceOptions): Promise<DetectorModel> {
  const { timeoutMs = 10_000, maxInFlight = 16 } = options;
  const endpoint = endpointOf(options);
  wholeNumber('timeoutMs', timeoutMs);
  wholeNumber('maxInFlight', maxInFlight);

  const underWay = new Set<AbortController>();
  /** Runs work that ends at the deadline, with the caller's signal, or when the model is closed. */
  const bounded = async <T>(work: (signal: AbortSignal) => Promise<T>, signal?: AbortSignal): Promise<T> => {
    const controller = new AbortController();
    const stop = (): void => controller.abort(signal?.reason);
    const timer = setTimeout(() => controller.abort(lateError(endpoint, timeoutMs)), timeoutMs);
    signal?.addEventListener('abort', stop, { once: true });
    underWay.add(controller);
    try {
      return await work(controller.signal);
    } catch (error) {
      throwIfAborted(signal);
      throw error;
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', stop);
      underWay.delete(controller);
    }
  };

  const served = await bounded((signal) => describe(endpoint, signal));
  const info = { layers: served.layers, width: served.width, ...identity(endpoint, options, served) };
  const encoding = await bounded((signal) => probe(endpoint, served, signal));

  const inTurn = slots(maxInFlight);
  let closed = false;
  let sent = 0;
  return {
    info,
    infer(tokenIds: Int32Array, pooling: Pooling, signal?: AbortSignal): Promise<Activations> {
      return inTurn(() => {
        throwIfAborted(signal);
        if (closed) throw closedError(endpoint);
        const window = { tokenIds, pooling, id: String(++sent) };
        return bounded((stop) => inferOnce(endpoint, served, encoding, window, stop), signal);
      });
    },
    async close() {
      closed = true;
      for (const controller of underWay) controller.abort(closedError(endpoint));
    },
  };
}

/** Infers two tokens that are no one's text; the encoding that worked. */
async function probe(endpoint: Endpoint, served: ServedGraph, signal: AbortSignal): Promise<Encoding> {
  const window = {
    tokenIds: Int32Array.of(0, 0),
    pooling: { weights: Float32Array.of(0, 1), segments: 1, tokens: 2 },
    id: 'probe',
  };
  try {
    await inferOnce(endpoint, served, 'binary', window, signal, true);
    return 'binary';
  } catch (error) {
    if (!FirewallError.isInstance(error) || error.code !== 'remote-protocol') throw error;
    return inferOnce(endpoint, served, 'json', window, signal, true).then(
      () => 'json',
      // What was wrong first says more than that the fallback failed too.
      () => Promise.reject(error),
    );
  }
}

/** Which graph is served: the server's word and the caller's, which must agree where both are given. */
function identity(
  endpoint: Endpoint,
  stated: OpenInferenceOptions,
  told: { readonly graphSha256?: string; readonly maxTokens?: number },
): { graphSha256: string; maxTokens: number } {
  const graphSha256 = told.graphSha256 ?? stated.graphSha256?.toLowerCase();
  const maxTokens = told.maxTokens ?? stated.maxTokens;
  if (graphSha256 === undefined || maxTokens === undefined) {
    const missing = graphSha256 === undefined ? 'graphSha256' : 'maxTokens';
    const hint = `Pass ${missing} as the served graph's manifest.json states it.`;
    throw failure(endpoint, 'option-invalid', `The server does not tell the ${missing} of its graph`, hint);
  }
  if (stated.graphSha256 !== undefined && stated.graphSha256.toLowerCase() !== graphSha256) {
    const message = `The server serves graph ${graphSha256.slice(0, 12)}, not ${stated.graphSha256.slice(0, 12)}`;
    throw failure(endpoint, 'model-invalid', message, 'Serve the graph that the codebook was made on.');
  }
  wholeNumber('maxTokens', maxTokens);
  return { graphSha256, maxTokens };
}

function endpointOf({ url, model, headers = {} }: OpenInferenceOptions): Endpoint {
  const base = URL.canParse(url.toString()) ? new URL(url) : undefined;
  const isHttp = base?.protocol === 'http:' || base?.protocol === 'https:';
  if (base === undefined || !isHttp || base.username || base.password || base.search || base.hash) {
    throw invalid('url', 'The URL is not an http or https URL without user, password, query and fragment');
  }
  if (!base.pathname.endsWith('/')) base.pathname += '/';
  if (model === '' || /^\.{1,2}$/.test(model)) throw invalid('model', 'The model has no name');
  try {
    return { base, path: `v2/models/${encodeURIComponent(model)}`, headers: new Headers(headers) };
  } catch {
    // The reason would quote the header, which may be a secret.
    throw invalid('headers', 'A header has a name or a value that HTTP does not allow');
  }
}

/** Longest time and largest count: setTimeout fires at once for anything longer. */
const largest = 2 ** 31 - 1;

function wholeNumber(name: string, value: number): void {
  if (Number.isInteger(value) && value >= 1 && value <= largest) return;
  throw invalid(name, `${name} is not a whole number from 1`);
}

function invalid(name: string, message: string): FirewallError {
  return new FirewallError('option-invalid', {
    message,
    where: `openInferenceDetectorModel ${name}`,
    hint: 'See OpenInferenceOptions for what is accepted.',
  });
}

function lateError(endpoint: Endpoint, timeoutMs: number): FirewallError {
  const hint = 'Raise its timeoutMs, lower maxInFlight, or add replicas.';
  return failure(endpoint, 'timeout', `The inference server took over ${timeoutMs} ms`, hint);
}

function closedError(endpoint: Endpoint): FirewallError {
  return failure(endpoint, 'closed', 'The detector model was closed', 'Call close() only after the last screen().');
}
