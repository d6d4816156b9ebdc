/** Runs small graphs in tests, one text or a padded batch. */
import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Arithmetic } from '../llama/arithmetic.ts';
import type { LlamaConfig } from '../llama/config.ts';
import type { KeysAndValues } from '../llama/forward.ts';
import { buildLlamaGraph } from '../llama-graph.ts';
import { writeModel } from '../onnx/write.ts';

/** A session over a graph that taps every given layer. */
export function sessionOf(
  config: LlamaConfig,
  arithmetic: Arithmetic,
  taps: readonly number[],
  prefix: readonly KeysAndValues[] = [],
): Promise<InferenceSession> {
  const model = buildLlamaGraph({ config, arithmetic, taps, maxTokens: 64, prefix });
  return InferenceSession.create(writeModel(model), { logSeverityLevel: 4, intraOpNumThreads: 2 });
}

/** Every token's values of one tap, one array [tokens, width] for each text; texts are padded on the right with token 0. */
export async function everyTokenOf(
  session: InferenceSession,
  tap: number,
  texts: readonly (readonly number[])[],
): Promise<Float32Array[]> {
  const tokens = Math.max(...texts.map((ids) => ids.length));
  const ids = new BigInt64Array(texts.length * tokens);
  const mask = new BigInt64Array(texts.length * tokens);
  const pooling = new Float32Array(tokens * tokens);
  for (const [row, text] of texts.entries()) {
    for (const [i, id] of text.entries()) {
      ids[row * tokens + i] = BigInt(id);
      mask[row * tokens + i] = 1n;
    }
  }
  for (let i = 0; i < tokens; i++) pooling[i * tokens + i] = 1;
  const results = await session.run({
    input_ids: new Tensor('int64', ids, [texts.length, tokens]),
    attention_mask: new Tensor('int64', mask, [texts.length, tokens]),
    pooling: new Tensor('float32', pooling, [tokens, tokens]),
  });
  const data = results[`hidden_${tap}`]?.data as Float32Array;
  const width = data.length / (texts.length * tokens);
  return texts.map((text, row) => data.slice(row * tokens * width, (row * tokens + text.length) * width));
}

/** |a - b| / |b| over all values. */
export function relativeError(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [distance, size] = [0, 0];
  for (let i = 0; i < b.length; i++) {
    distance += ((a[i] as number) - (b[i] as number)) ** 2;
    size += (b[i] as number) ** 2;
  }
  return Math.sqrt(distance / size);
}
