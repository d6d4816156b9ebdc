/** Weights of a LLaMA-family model to the bytes of an activation graph. */

import { calibrate } from './int8/calibrate.ts';
import { type EmbeddingBits, quantizeEmbedding } from './int8/embedding.ts';
import { int8Arithmetic } from './int8/int8-arithmetic.ts';
import { smoothWeights } from './int8/smooth.ts';
import type { Arithmetic } from './llama/arithmetic.ts';
import type { LlamaConfig } from './llama/config.ts';
import { floatArithmetic } from './llama/float-arithmetic.ts';
import { keysAndValues } from './llama/forward.ts';
import { type LlamaWeights, loadLlamaWeights } from './llama/weights.ts';
import { buildLlamaGraph } from './llama-graph.ts';
import { prefixEntry } from './onnx/prefix-entry.ts';
import { writeModel } from './onnx/write.ts';
import type { WeightSource } from './weights/weight-source.ts';

/** How numbers are kept: as they are, or in eight bits. */
export type Variant = { readonly name: 'fp32' } | Int8Variant;

/** Int8 needs to see some activations first. */
export interface Int8Variant {
  readonly name: 'int8';
  readonly embeddingBits: EmbeddingBits;
  /** Token sequences whose activations set the smoothing scales, each starting with the sink token. */
  readonly calibration: readonly (readonly number[])[];
}

/** What to build from. */
export interface BuildOptions {
  readonly source: WeightSource;
  readonly config: LlamaConfig;
  /** Layers to return the residual stream after, ascending. */
  readonly taps: readonly number[];
  /** Longest input in tokens. */
  readonly maxTokens: number;
  /**
   * Ids of fixed tokens in front of every input, starting with the sink: their keys and values become constants of the graph,
   * so that an instruction to the model costs no products.
   */
  readonly prefix?: readonly number[];
  readonly variant: Variant;
}

/**
 * Builds the graph; the same weights and options give the same bytes on every machine.
 *
 * @throws ModelExportError for weights or options that do not fit a LLaMA-family model
 */
export function buildModel({ source, config, taps, maxTokens, prefix = [], variant }: BuildOptions): Uint8Array {
  const loaded = loadLlamaWeights(source, config, Math.max(...taps));
  const { arithmetic, weights } = variant.name === 'fp32' ? plain(loaded) : smoothedInt8(loaded, variant);
  const metadata = [
    { key: 'layers', value: taps.join(',') },
    { key: 'variant', value: variant.name },
    ...prefixEntry(prefix),
  ];
  const fixed = prefix.length === 0 ? [] : keysAndValues(weights, prefix);
  return writeModel(buildLlamaGraph({ config, arithmetic, taps, maxTokens, prefix: fixed, metadata }));
}

/** The products, and the weights that they are made of. */
interface Parts {
  readonly arithmetic: Arithmetic;
  readonly weights: LlamaWeights;
}

function plain(weights: LlamaWeights): Parts {
  return { arithmetic: floatArithmetic(weights), weights };
}

function smoothedInt8(loaded: LlamaWeights, { calibration, embeddingBits }: Int8Variant): Parts {
  const statistics = calibrate(loaded, calibration);
  const weights = smoothWeights(loaded, statistics);
  return {
    arithmetic: int8Arithmetic(weights, statistics, quantizeEmbedding(loaded.embedding, embeddingBits)),
    weights,
  };
}
