/** Splits the feed-forward block's inner channels into groups that are quantised with a row maximum of their own. */
import { columnsOf, rowsOf } from '../llama/matrix.ts';
import type { LlamaLayer } from '../llama/weights.ts';
import type { ChannelStatistics } from './calibrate.ts';

/** Groups of inner channels; three cost nothing measurable and cut the error by a fifth (docs/architecture/0002). */
export const CHANNEL_GROUPS = 3;

/** The part of a feed-forward block that belongs to one group of inner channels. */
export type FeedForwardPart = Pick<LlamaLayer, 'gate' | 'up' | 'down'>;

/**
 * Sorts the inner channels from calm to bursty (largest value over energy) and cuts them into equal groups: one burst
 * then coarsens its own group only. The parts' results sum to the whole block's.
 */
export function splitFeedForward(
  layer: LlamaLayer,
  statistics: ChannelStatistics,
  groups: number = CHANNEL_GROUPS,
): FeedForwardPart[] {
  const inner = layer.gate.rows;
  const burst = statistics.largest.map((largest, i) => largest / (Math.sqrt(statistics.energy[i] as number) + 1e-9));
  const order = Array.from(burst.keys()).sort((a, b) => (burst[a] as number) - (burst[b] as number) || a - b);
  return Array.from({ length: groups }, (_, group) => {
    const start = Math.floor((group * inner) / groups);
    const channels = order.slice(start, Math.floor(((group + 1) * inner) / groups)).sort((a, b) => a - b);
    return {
      gate: rowsOf(layer.gate, channels),
      up: rowsOf(layer.up, channels),
      down: columnsOf(layer.down, channels),
    };
  });
}
