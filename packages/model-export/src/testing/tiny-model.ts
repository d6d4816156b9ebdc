/** Small random models for tests: the same numbers on every run. */
import type { LlamaConfig } from '../llama/config.ts';
import type { LlamaWeights, Matrix } from '../llama/weights.ts';

/** 2 layers, hidden 16; `over` changes sizes. */
export function tinyConfig(over: Partial<LlamaConfig> = {}): LlamaConfig {
  const sizes = {
    layers: 2,
    width: 16,
    inner: 24,
    heads: 2,
    kvHeads: 1,
    headSize: 16,
    vocabulary: 50,
    contextLength: 64,
  };
  return { ...sizes, ropeTheta: 10_000, normEpsilon: 1e-5, interleavedRotary: false, ...over };
}

/** Random weights for a configuration. */
export function tinyWeights(config: LlamaConfig, seed = 7): LlamaWeights {
  const random = generator(seed);
  const { width, inner, heads, kvHeads, headSize } = config;
  const matrix = (rows: number, columns: number): Matrix => {
    return {
      rows,
      columns,
      values: Float32Array.from({ length: rows * columns }, () => random() / Math.sqrt(columns)),
    };
  };
  const norm = (): Float32Array => Float32Array.from({ length: width }, () => 1 + random() / 4);
  const embedding = {
    ...matrix(config.vocabulary, width),
    values: Float32Array.from({ length: config.vocabulary * width }, random),
  };
  const layers = Array.from({ length: config.layers }, () => ({
    attentionNorm: norm(),
    q: matrix(heads * headSize, width),
    k: matrix(kvHeads * headSize, width),
    v: matrix(kvHeads * headSize, width),
    o: matrix(width, heads * headSize),
    feedForwardNorm: norm(),
    gate: matrix(inner, width),
    up: matrix(inner, width),
    down: matrix(width, inner),
  }));
  return { config, embedding, layers };
}

/** Token ids in [0, vocabulary). */
export function tinyIds(count: number, vocabulary: number, seed = 3): number[] {
  const random = generator(seed);
  return Array.from({ length: count }, () => Math.floor(((random() + 2) / 4) * vocabulary));
}

/** A linear congruential generator (Numerical Recipes), values in [-2, 2). */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 30 - 2;
  };
}
