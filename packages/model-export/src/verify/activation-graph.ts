/** Runs an activation graph with ONNX Runtime. */
import type { InferenceSession } from 'onnxruntime-node';
import { ModelExportError } from '../errors.ts';
import { prefixOf } from '../onnx/prefix-entry.ts';
import { readModel } from '../onnx/read.ts';

/** An open graph; close it when done. */
export interface ActivationGraph {
  /** Tapped layers, ascending, read from the names of the outputs. */
  readonly taps: readonly number[];
  /** Ids of the fixed tokens in front of every input, which are constants of the graph; mostly none. */
  readonly prefix: readonly number[];
  /** One text's activations: for each tap, pooling [segments, tokens] x r[k], [segments, width]. */
  run(ids: readonly number[], pooling: Float32Array): Promise<ReadonlyMap<number, Float32Array>>;
  close(): Promise<void>;
}

/**
 * Opens a graph from its bytes. `threads` is left to ONNX Runtime where absent.
 *
 * @throws ModelExportError `unsupported` when ONNX Runtime refuses it or it is not an activation graph
 */
export async function openActivationGraph(
  bytes: Uint8Array,
  where: string,
  options: { readonly threads?: number } = {},
): Promise<ActivationGraph> {
  const { InferenceSession, Tensor } = await import('onnxruntime-node');
  let session: InferenceSession;
  let prefix: number[];
  try {
    prefix = prefixOf(readModel(bytes, where));
    session = await InferenceSession.create(bytes, {
      logSeverityLevel: 4,
      ...(options.threads === undefined ? {} : { intraOpNumThreads: options.threads }),
    });
  } catch (cause) {
    throw notActivations(where, 'ONNX Runtime refuses the graph', cause);
  }
  const taps = session.outputNames.flatMap((name) => /^hidden_(\d+)$/.exec(name)?.[1] ?? []).map(Number);
  const inputs = [...session.inputNames].sort().join();
  if (taps.length === 0 || inputs !== 'attention_mask,input_ids,pooling') {
    await session.release();
    throw notActivations(where, 'It does not take input_ids, attention_mask and pooling and return hidden_k');
  }
  return {
    taps: taps.sort((a, b) => a - b),
    prefix,
    async run(ids, pooling) {
      const shape = [1, ids.length];
      const results = await session.run({
        input_ids: new Tensor('int64', BigInt64Array.from(ids, BigInt), shape),
        attention_mask: new Tensor('int64', new BigInt64Array(ids.length).fill(1n), shape),
        pooling: new Tensor('float32', pooling, [pooling.length / ids.length, ids.length]),
      });
      return new Map(taps.map((tap) => [tap, (results[`hidden_${tap}`] as { data: unknown }).data as Float32Array]));
    },
    close: () => session.release(),
  };
}

/** Pooling that returns every token's own values, [tokens, tokens]. */
export function everyToken(tokens: number): Float32Array {
  const pooling = new Float32Array(tokens * tokens);
  for (let token = 0; token < tokens; token++) pooling[token * tokens + token] = 1;
  return pooling;
}

function notActivations(where: string, what: string, cause?: unknown): ModelExportError {
  const todo = 'Give a graph that `alknet-model-export build` wrote.';
  return new ModelExportError({ code: 'unsupported', what, where, todo, cause });
}
