/** Which rows of activations a text has: its windows, and the segments inside each. */
import { segments, windows } from '@alknet/firewall-core';

/** How texts are cut; part of the cache's key. */
export interface Cut {
  readonly windows: { readonly size: number; readonly stride: number };
  readonly segments: { readonly size: number; readonly stride: number };
  /** Windows of one text that are read; a longer one is read in part. Training only: `screen()` reads every window. */
  readonly maxWindows: number;
}

/** The default cut, the same as `screen()`'s. */
export const defaultCut: Cut = {
  windows: { size: 256, stride: 192 },
  segments: { size: 32, stride: 16 },
  maxWindows: 8,
};

/** One row of activations: a segment of tokens, read in the context of its window. */
export interface Row {
  /** Token range [start, end) in the text. */
  readonly start: number;
  readonly end: number;
}

/** A window and its rows. */
export interface Block {
  readonly start: number;
  readonly end: number;
  /** Ranges relative to the window. */
  readonly ranges: readonly Row[];
}

/** The windows of a text of `tokens` tokens that training reads, with their segments. */
export function blocksOf(tokens: number, cut: Cut): Block[] {
  return windows(tokens, cut.windows)
    .slice(0, cut.maxWindows)
    .map(({ start, end }) => ({ start, end, ranges: segments(end - start, cut.segments) }));
}

/** All rows of a text, in the order they are stored. */
export function rowsOf(blocks: readonly Block[]): Row[] {
  return blocks.flatMap(({ start, ranges }) =>
    ranges.map((range) => ({ start: start + range.start, end: start + range.end })),
  );
}
