/**
 * SmoothQuant (Xiao et al. 2022, arXiv:2211.10438): divides each activation channel by a factor and multiplies the
 * weights that read it by the same, so that no single channel sets the scale of a whole row.
 */

import type { LlamaConfig } from '../llama/config.ts';
import type { Site } from '../llama/forward.ts';
import { scaleColumns, scaleRows } from '../llama/matrix.ts';
import type { LlamaLayer, LlamaWeights, Matrix } from '../llama/weights.ts';
import type { LayerStatistics } from './calibrate.ts';

/** How much of the difficulty moves from activations (1) to weights (0) at each site; measured, see docs/architecture/0002. */
export const SMOOTHING: Readonly<Record<Site, number>> = {
  attentionInput: 0.7,
  attentionOutput: 0.7,
  feedForwardInput: 0.75,
  feedForwardOutput: 0.6,
};

/** Channels smaller than this count as this large: an unused channel must not get an endless factor. */
const SMALLEST = 1e-5;
/** Bits of mantissa kept of a factor, so that a last-bit difference between two machines' Math.pow cannot show. */
const FACTOR_BITS = 8;

/** The same function of the tokens, with smoother channels: factors are folded into norms and neighbouring matrices. */
export function smoothWeights(weights: LlamaWeights, statistics: readonly LayerStatistics[]): LlamaWeights {
  const layers = weights.layers.map((layer, i) => smoothLayer(weights.config, layer, statistics[i] as LayerStatistics));
  return { ...weights, layers };
}

function smoothLayer(config: LlamaConfig, layer: LlamaLayer, statistics: LayerStatistics): LlamaLayer {
  const qkv = factors('attentionInput', statistics, [layer.q, layer.k, layer.v]);
  const output = sharedByHeads(config, factors('attentionOutput', statistics, [layer.o], valueChannels(config)));
  const gateUp = factors('feedForwardInput', statistics, [layer.gate, layer.up]);
  const down = factors('feedForwardOutput', statistics, [layer.down]);
  return {
    attentionNorm: layer.attentionNorm.map((value, i) => value / (qkv[i] as number)),
    q: scaleColumns(layer.q, qkv),
    k: scaleColumns(layer.k, qkv),
    v: scaleRows(scaleColumns(layer.v, qkv), output.perValue.map(inverse)),
    o: scaleColumns(layer.o, output.perInput),
    feedForwardNorm: layer.feedForwardNorm.map((value, i) => value / (gateUp[i] as number)),
    gate: scaleColumns(layer.gate, gateUp),
    up: scaleRows(scaleColumns(layer.up, gateUp), down.map(inverse)),
    down: scaleColumns(layer.down, down),
  };
}

function factors(
  site: Site,
  statistics: LayerStatistics,
  readers: readonly Matrix[],
  groupOf?: (channel: number) => number,
): Float64Array {
  return smoothingFactors(statistics[site].largest, readers, SMOOTHING[site], groupOf);
}

/**
 * One factor for each channel, or for each group of channels that must share one; their geometric mean is 1.
 *
 * @param largest the largest absolute value seen in each channel, [columns]
 * @param readers the matrices that read the channels, [rows, columns]
 * @param alpha how much of the difficulty moves to the weights
 */
export function smoothingFactors(
  largest: Float64Array,
  readers: readonly Matrix[],
  alpha: number,
  groupOf: (channel: number) => number = (channel) => channel,
): Float64Array {
  const groups = 1 + largest.reduce((highest, _, channel) => Math.max(highest, groupOf(channel)), 0);
  const activation = new Float64Array(groups).fill(SMALLEST);
  const weight = new Float64Array(groups).fill(SMALLEST);
  for (let channel = 0; channel < largest.length; channel++) {
    const group = groupOf(channel);
    activation[group] = Math.max(activation[group] as number, largest[channel] as number);
  }
  for (const { columns, values } of readers) {
    for (const [i, value] of values.entries()) {
      const group = groupOf(i % columns);
      weight[group] = Math.max(weight[group] as number, Math.abs(value));
    }
  }
  const raw = activation.map((size, group) => size ** alpha / (weight[group] as number) ** (1 - alpha));
  const mean = Math.exp(raw.reduce((sum, value) => sum + Math.log(value), 0) / groups);
  return raw.map((value) => roundMantissa(value / mean));
}

/** Query heads that share a key-value head read the same value channel: channel of the attention's result -> row of v. */
function valueChannels({ heads, kvHeads, headSize }: LlamaConfig): (channel: number) => number {
  return (channel) => Math.floor((Math.floor(channel / headSize) * kvHeads) / heads) * headSize + (channel % headSize);
}

function sharedByHeads(
  config: LlamaConfig,
  perValue: Float64Array,
): { perValue: Float64Array; perInput: Float64Array } {
  const rowOf = valueChannels(config);
  const perInput = Float64Array.from(
    { length: config.heads * config.headSize },
    (_, i) => perValue[rowOf(i)] as number,
  );
  return { perValue, perInput };
}

function roundMantissa(value: number): number {
  const unit = 2 ** (Math.floor(Math.log2(value)) - FACTOR_BITS);
  return Math.round(value / unit) * unit;
}

function inverse(value: number): number {
  return 1 / value;
}
