/** Per-dimension mean and spread of the activations, so that no large component of the residual stream drowns the others. */
import type { Features } from '../features/features.ts';
import { fromBfloat16, type Store } from '../features/store.ts';

/** Mean and standard deviation of each value of a row. */
export interface Normalisation {
  /** [layers * width] */
  readonly mean: Float64Array;
  readonly deviation: Float64Array;
}

/** Texts that the statistics are taken from. */
const sampledTexts = 4000;

/** Statistics over an even sample of the texts, one row each. */
export function measureNormalisation(store: Store, texts: readonly Features[], values: number): Normalisation {
  const stride = Math.max(1, Math.floor(texts.length / sampledTexts));
  const mean = new Float64Array(values);
  const squares = new Float64Array(values);
  const row = new Float32Array(values);
  let count = 0;
  for (let i = 0; i < texts.length; i += stride) {
    const { firstRow, rows } = texts[i] as Features;
    fromBfloat16(store.read(firstRow + (i % rows.length), 1), row);
    count++;
    for (let v = 0; v < values; v++) {
      const delta = (row[v] as number) - (mean[v] as number);
      (mean[v] as number) += delta / count;
      (squares[v] as number) += delta * ((row[v] as number) - (mean[v] as number));
    }
  }
  return { mean, deviation: squares.map((sum) => Math.sqrt(sum / count) || 1) };
}
