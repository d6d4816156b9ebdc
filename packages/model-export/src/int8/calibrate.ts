/** Measures how large each input channel of a layer's matrices gets on a few texts. */
import { forward, type Site } from '../llama/forward.ts';
import type { LlamaWeights } from '../llama/weights.ts';

/** What was seen of one site's channels, over all tokens but the first of each text (the sink). */
export interface ChannelStatistics {
  readonly largest: Float64Array; // largest absolute value, [columns]
  readonly energy: Float64Array; // sum of squares, [columns]
}

/** One layer's statistics by site. */
export type LayerStatistics = Readonly<Record<Site, ChannelStatistics>>;

/**
 * Runs the texts through the float32 model. `texts` are token ids with the sink token in front; a sink's activations
 * are hundreds of times larger than any other's and would rule the scales.
 */
export function calibrate(weights: LlamaWeights, texts: readonly (readonly number[])[]): LayerStatistics[] {
  const { width, heads, headSize, inner } = weights.config;
  const layers = weights.layers.map(() => ({
    attentionInput: empty(width),
    attentionOutput: empty(heads * headSize),
    feedForwardInput: empty(width),
    feedForwardOutput: empty(inner),
  }));
  for (const ids of texts) {
    forward(weights, ids, (layer, site, rows) => observe((layers[layer] as LayerStatistics)[site], rows));
  }
  return layers;
}

function empty(columns: number): ChannelStatistics {
  return { largest: new Float64Array(columns), energy: new Float64Array(columns) };
}

function observe({ largest, energy }: ChannelStatistics, rows: Float32Array): void {
  const columns = largest.length;
  for (let i = columns; i < rows.length; i++) {
    const value = Math.abs(rows[i] as number);
    const channel = i % columns;
    largest[channel] = Math.max(largest[channel] as number, value);
    energy[channel] = (energy[channel] as number) + value * value;
  }
}
