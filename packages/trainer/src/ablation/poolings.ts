/** The poolings that an ablation compares; one inference a window reads all of them. */
import type { Block, Cut, Row } from '../features/layout.ts';

/** `segments` as shipped; `window`: the mean of a whole window; `last`: the state of its last token. */
export const poolings = ['segments', 'window', 'last'] as const;

/** A pooling's name. */
export type PoolingName = (typeof poolings)[number];

/** The cut whose rows are the pooling's: one row a window for all but `segments`. */
export function cutOf(pooling: PoolingName, cut: Cut): Cut {
  return pooling === 'segments' ? cut : { ...cut, segments: cut.windows };
}

/** Which tokens of a window each pooling's rows average; `last` stands for the window it has read. */
export function rangesOf({ start, end, ranges }: Block): Readonly<Record<PoolingName, readonly Row[]>> {
  const tokens = end - start;
  return { segments: ranges, window: [{ start: 0, end: tokens }], last: [{ start: tokens - 1, end: tokens }] };
}
