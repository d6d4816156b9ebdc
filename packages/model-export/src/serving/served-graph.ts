/** What a server needs to know of an activation graph, found by running it. */
import type { InferenceSession } from 'onnxruntime-node';
import { ModelExportError } from '../errors.ts';

/** An activation graph as it can be served. */
export interface ServedGraph {
  /** Tapped layers, ascending. */
  readonly layers: readonly number[];
  readonly width: number;
  /** Whether it takes `pooling`; else it returns every token. */
  readonly pooled: boolean;
  /** Whether requests may share a batch: the graph takes no pooling, and a row is the same in a batch as alone. */
  readonly batches: boolean;
}

/** Tokens of a row of the probe, and rows that share a batch. Ids stay below 32: the vocabulary is not known here. */
const TOKENS = 9;
const ROWS = 3;
/**
 * Relative L2 distance that a row may move in a batch: kernels may add up in another order (1e-7), a rounding grid that
 * the whole batch shares moves it by 1e-2.
 */
const TOLERANCE = 1e-5;

/**
 * Opens a graph and runs it.
 *
 * @throws ModelExportError `unsupported` when ONNX Runtime cannot run it or it is no activation graph
 */
export async function examineGraph(bytes: Uint8Array, where: string): Promise<ServedGraph> {
  const { InferenceSession } = await import('onnxruntime-node');
  const session = await InferenceSession.create(bytes, { logSeverityLevel: 4 }).catch((cause: unknown) => {
    throw unsupported(where, 'ONNX Runtime refuses the graph', cause);
  });
  try {
    return await examine(session, where);
  } finally {
    await session.release();
  }
}

async function examine(session: InferenceSession, where: string): Promise<ServedGraph> {
  const inputs = [...session.inputNames].sort().join();
  const layers = session.outputNames
    .flatMap((name) => /^hidden_(\d+)$/.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b);
  const pooled = inputs === 'attention_mask,input_ids,pooling';
  if (layers.length === 0 || (!pooled && inputs !== 'attention_mask,input_ids')) {
    throw unsupported(where, 'It does not take input_ids and attention_mask and return hidden_k');
  }
  const rows = Array.from({ length: ROWS }, (_, row) =>
    Array.from({ length: TOKENS }, (_, token) => 1 + ((token * (row + 2) + row * 11) % 31)),
  );
  const run = (batch: readonly number[][]): Promise<Float32Array[]> =>
    runRows(session, batch, layers, pooled).catch((cause: unknown) => {
      throw unsupported(where, 'ONNX Runtime cannot run the graph', cause);
    });
  const [first, ...others] = await Promise.all(rows.map((row) => run([row])));
  const width = ((first as Float32Array[])[0] as Float32Array).length / (pooled ? 1 : TOKENS);
  if (pooled) return { layers, width, pooled, batches: false };
  const together = await run(rows);
  const alone = [first as Float32Array[], ...others];
  const batches = layers.every((_, layer) =>
    alone.every((row, at) => {
      const own = row[layer] as Float32Array;
      const shared = (together[layer] as Float32Array).subarray(at * own.length, (at + 1) * own.length);
      return relativeDistance(shared, own) <= TOLERANCE;
    }),
  );
  return { layers, width, pooled, batches };
}

/** For each layer [rows, tokens, width], or [1, 1, width] where the graph pools. */
async function runRows(
  session: InferenceSession,
  rows: readonly number[][],
  layers: readonly number[],
  pooled: boolean,
): Promise<Float32Array[]> {
  const { Tensor } = await import('onnxruntime-node');
  const shape = [rows.length, TOKENS];
  const results = await session.run({
    input_ids: new Tensor('int64', BigInt64Array.from(rows.flat(), BigInt), shape),
    attention_mask: new Tensor('int64', new BigInt64Array(rows.length * TOKENS).fill(1n), shape),
    ...(pooled ? { pooling: new Tensor('float32', new Float32Array(TOKENS).fill(1 / TOKENS), [1, TOKENS]) } : {}),
  });
  return layers.map((layer) => results[`hidden_${layer}`]?.data as Float32Array);
}

function relativeDistance(a: Float32Array, b: Float32Array): number {
  let [distance, size] = [0, 0];
  for (let i = 0; i < b.length; i++) {
    distance += ((a[i] as number) - (b[i] as number)) ** 2;
    size += (b[i] as number) ** 2;
  }
  return Math.sqrt(distance / size);
}

function unsupported(where: string, what: string, cause?: unknown): ModelExportError {
  const todo = 'Give a graph that `alknet-model-export build` or `tap` wrote.';
  return new ModelExportError({ code: 'unsupported', what, where, todo, cause });
}
