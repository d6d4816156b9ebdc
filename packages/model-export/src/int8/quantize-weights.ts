/** Rounds a matrix to int8 with one scale for each output, so that no processor's u8 x s8 sums can saturate. */
import type { Matrix } from '../llama/weights.ts';

/**
 * Largest sum of two neighbouring weights of one sign. Processors without VNNI add pairs of u8 x s8 products in 16 bits
 * (vpmaddubsw) and saturate: 255 x 128 = 32640 still fits in 32767, so a pair within this limit is exact everywhere.
 */
export const PAIR_LIMIT = 128;

const LARGEST = 127;
/** Scales tried for each output, as multiples of (largest weight / 127): 2.0 would be plain 7 bits. */
const SCALE_STEPS: readonly number[] = Array.from({ length: 16 }, (_, i) => 0.9 + i * 0.075);

/** An int8 matrix as MatMulIntegerToFloat takes it. */
export interface Int8Matrix {
  readonly values: Int8Array; // [columns (inputs), rows (outputs)]
  readonly scales: Float32Array; // [rows]
}

/** For each output the scale with the smallest squared error once neighbouring pairs are brought within the limit. */
export function quantizeWeights(matrix: Matrix): Int8Matrix {
  const { rows, columns } = matrix;
  const values = new Int8Array(rows * columns);
  const scales = new Float32Array(rows);
  const trial = new Int8Array(columns);
  const best = new Int8Array(columns);
  for (let row = 0; row < rows; row++) {
    const weights = matrix.values.subarray(row * columns, (row + 1) * columns);
    const base = weights.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0) / LARGEST;
    let leastError = Number.POSITIVE_INFINITY;
    scales[row] = 1;
    best.fill(0);
    for (const step of base > 0 ? SCALE_STEPS : []) {
      const scale = Math.fround(base * step);
      const error = roundRow(weights, scale, trial, leastError);
      if (error >= leastError) continue;
      leastError = error;
      scales[row] = scale;
      best.set(trial);
    }
    for (let column = 0; column < columns; column++) values[column * rows + row] = best[column] as number;
  }
  return { values, scales };
}

/** Rounds one row pair by pair into `out`; returns the squared error, or more than `limit` as soon as it is passed. */
function roundRow(weights: Float32Array, scale: number, out: Int8Array, limit: number): number {
  let error = 0;
  for (let i = 0; i < weights.length && error < limit; i += 2) {
    const [exactA, exactB] = [(weights[i] as number) / scale, ((weights[i + 1] as number | undefined) ?? 0) / scale];
    let [a, b] = [clamp(Math.round(exactA)), clamp(Math.round(exactB))];
    const excess = a * b > 0 ? Math.abs(a) + Math.abs(b) - PAIR_LIMIT : 0;
    if (excess > 0) {
      const sign = Math.sign(a);
      const fromA = Math.min(Math.ceil(excess / 2), Math.abs(a));
      a -= sign * fromA;
      b -= sign * (excess - fromA);
    }
    error += ((a - exactA) ** 2 + (b - exactB) ** 2) * scale * scale;
    out[i] = a;
    if (i + 1 < weights.length) out[i + 1] = b;
  }
  return error;
}

function clamp(value: number): number {
  return Math.max(-LARGEST, Math.min(LARGEST, value));
}
