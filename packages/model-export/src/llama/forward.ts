/** A plain forward pass in TypeScript: the second implementation that tests and calibration stand on. */

import type { LlamaConfig } from './config.ts';
import { rotaryTables } from './rotary.ts';
import type { LlamaLayer, LlamaWeights, Matrix } from './weights.ts';

/** The inputs of the four groups of matrices in a layer. */
export type Site = 'attentionInput' | 'attentionOutput' | 'feedForwardInput' | 'feedForwardOutput';

/** Called with the rows that enter the matrices of a site: `rows` [tokens, columns]. */
export type Observer = (layer: number, site: Site, rows: Float32Array) => void;

/** What later tokens read of earlier ones in a layer: keys (before rotation) and values, each [tokens, kvHeads * headSize]. */
export interface KeysAndValues {
  readonly keys: Float32Array;
  readonly values: Float32Array;
}

/**
 * The residual streams r[0] ... r[layers], each [tokens, width]; r[0] is the embedding.
 * Only operations that IEEE 754 defines exactly, and Math.exp/cos/sin, in a fixed order: the same on every machine.
 */
export function forward(weights: LlamaWeights, ids: readonly number[], observe?: Observer): Float32Array[] {
  return [...residualStreams(weights, ids, observe)].map(({ residual }) => residual);
}

/** Keys and values of the tokens in every layer. */
export function keysAndValues(weights: LlamaWeights, ids: readonly number[]): KeysAndValues[] {
  return [...residualStreams(weights, ids)].flatMap(({ cache }) => cache ?? []);
}

function* residualStreams(
  weights: LlamaWeights,
  ids: readonly number[],
  observe?: Observer,
): Generator<{ residual: Float32Array; cache?: KeysAndValues }> {
  const { config } = weights;
  const rotary = rotaryTables(ids.length, config.headSize, config.ropeTheta);
  let residual = lookUp(weights.embedding, ids);
  yield { residual };
  for (const [index, layer] of weights.layers.entries()) {
    const normed = rmsNorm(residual, layer.attentionNorm, config.normEpsilon);
    observe?.(index, 'attentionInput', normed);
    const { attended, ...cache } = attend(config, rotary, layer, normed);
    observe?.(index, 'attentionOutput', attended);
    residual = add(residual, multiply(attended, layer.o));
    const normedAgain = rmsNorm(residual, layer.feedForwardNorm, config.normEpsilon);
    observe?.(index, 'feedForwardInput', normedAgain);
    const gated = gate(multiply(normedAgain, layer.gate), multiply(normedAgain, layer.up));
    observe?.(index, 'feedForwardOutput', gated);
    residual = add(residual, multiply(gated, layer.down));
    yield { residual, cache };
  }
}

/** rows [tokens, columns] times the transposed matrix [rows, columns]: [tokens, matrix.rows]. */
export function multiply(rows: Float32Array, matrix: Matrix): Float32Array {
  const { columns, values } = matrix;
  const tokens = rows.length / columns;
  const out = new Float32Array(tokens * matrix.rows);
  for (let token = 0; token < tokens; token++) {
    const input = rows.subarray(token * columns, (token + 1) * columns);
    for (let row = 0; row < matrix.rows; row++) out[token * matrix.rows + row] = dot(input, values, row * columns);
  }
  return out;
}

/** Four running sums keep the processor busy; their order is part of the result. */
function dot(input: Float32Array, values: Float32Array, at: number): number {
  let [a, b, c, d] = [0, 0, 0, 0];
  const whole = input.length & ~3;
  let i = 0;
  for (; i < whole; i += 4) {
    a += (input[i] as number) * (values[at + i] as number);
    b += (input[i + 1] as number) * (values[at + i + 1] as number);
    c += (input[i + 2] as number) * (values[at + i + 2] as number);
    d += (input[i + 3] as number) * (values[at + i + 3] as number);
  }
  for (; i < input.length; i++) a += (input[i] as number) * (values[at + i] as number);
  return a + b + (c + d);
}

function lookUp(embedding: Matrix, ids: readonly number[]): Float32Array {
  const { columns, values } = embedding;
  const out = new Float32Array(ids.length * columns);
  for (const [token, id] of ids.entries()) out.set(values.subarray(id * columns, (id + 1) * columns), token * columns);
  return out;
}

function rmsNorm(rows: Float32Array, scale: Float32Array, epsilon: number): Float32Array {
  const width = scale.length;
  const out = new Float32Array(rows.length);
  for (let start = 0; start < rows.length; start += width) {
    const row = rows.subarray(start, start + width);
    const meanSquare = row.reduce((sum, value) => sum + value * value, 0) / width;
    const factor = 1 / Math.sqrt(meanSquare + epsilon);
    for (let i = 0; i < width; i++) out[start + i] = (row[i] as number) * factor * (scale[i] as number);
  }
  return out;
}

function attend(
  config: LlamaConfig,
  rotary: { cos: Float32Array; sin: Float32Array },
  layer: LlamaLayer,
  normed: Float32Array,
): KeysAndValues & { attended: Float32Array } {
  const { heads, kvHeads, headSize, width } = config;
  const tokens = normed.length / width;
  const queries = rotate(multiply(normed, layer.q), headSize, heads, rotary);
  const plainKeys = multiply(normed, layer.k);
  const keys = rotate(plainKeys, headSize, kvHeads, rotary);
  const values = multiply(normed, layer.v);
  const out = new Float32Array(tokens * heads * headSize);
  for (let head = 0; head < heads; head++) {
    const shared = Math.floor((head * kvHeads) / heads);
    for (let token = 0; token < tokens; token++) {
      const query = queries.subarray((token * heads + head) * headSize, (token * heads + head + 1) * headSize);
      const weights = softmax(
        Array.from(
          { length: token + 1 },
          (_, past) => dot(query, keys, (past * kvHeads + shared) * headSize) / Math.sqrt(headSize),
        ),
      );
      for (const [past, weight] of weights.entries()) {
        for (let i = 0; i < headSize; i++) {
          const at = (token * heads + head) * headSize + i;
          out[at] = (out[at] as number) + weight * (values[(past * kvHeads + shared) * headSize + i] as number);
        }
      }
    }
  }
  return { attended: out, keys: plainKeys, values };
}

function rotate(
  rows: Float32Array,
  headSize: number,
  heads: number,
  { cos, sin }: { cos: Float32Array; sin: Float32Array },
): Float32Array {
  const half = headSize / 2;
  const out = new Float32Array(rows.length);
  for (let start = 0; start < rows.length; start += headSize) {
    const position = Math.floor(start / (heads * headSize));
    for (let i = 0; i < half; i++) {
      const [first, second] = [rows[start + i] as number, rows[start + half + i] as number];
      const [c, s] = [cos[position * half + i] as number, sin[position * half + i] as number];
      out[start + i] = first * c - second * s;
      out[start + half + i] = second * c + first * s;
    }
  }
  return out;
}

function softmax(scores: readonly number[]): number[] {
  const highest = Math.max(...scores);
  const powers = scores.map((score) => Math.exp(score - highest));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}

function gate(gates: Float32Array, lifted: Float32Array): Float32Array {
  return gates.map((value, i) => (value / (1 + Math.exp(-value))) * (lifted[i] as number));
}

function add(a: Float32Array, b: Float32Array): Float32Array {
  return a.map((value, i) => value + (b[i] as number));
}
