/** Builds the `pooling` input: which means over tokens the graph returns. */
import type { Pooling } from './detector-model.ts';

/**
 * One mean per range. The sink token in front of the window is left out of every mean.
 *
 * @param ranges token ranges [start, end) inside the window, the sink not counted
 * @param tokens tokens of the window, the sink not counted
 * @returns weights [ranges, tokens + 1]
 */
export function meanPooling(
  ranges: readonly { readonly start: number; readonly end: number }[],
  tokens: number,
): Pooling {
  const columns = tokens + 1;
  const weights = new Float32Array(ranges.length * columns);
  ranges.forEach(({ start, end }, row) => {
    weights.fill(1 / (end - start), row * columns + start + 1, row * columns + end + 1);
  });
  return { weights, segments: ranges.length, tokens: columns };
}
