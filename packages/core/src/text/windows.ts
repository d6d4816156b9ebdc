/** Where the model looks: overlapping windows over the tokens of a text, and overlapping segments inside a window. */

import { FirewallError } from '../errors.ts';

/** Tokens `start` to `end`, the end not included. */
export interface TokenRange {
  readonly start: number;
  readonly end: number;
}

/** Size and distance of ranges, in tokens. */
export interface RangeOptions {
  readonly size: number;
  readonly stride: number;
}

/** Windows of the model, as trained. */
export const defaultWindows: RangeOptions = { size: 256, stride: 192 };

/** Segments of a window whose activations are averaged, as trained. */
export const defaultSegments: RangeOptions = { size: 32, stride: 16 };

/**
 * Windows over a text of `tokenCount` tokens. Every token is in one; the last one ends with the text and has full size
 * when the text is that long. A text shorter than `size` is one window; an empty text has none.
 *
 * @example
 * ```ts
 * windows(300, { size: 256, stride: 192 }); // [{ start: 0, end: 256 }, { start: 44, end: 300 }]
 * ```
 */
export function windows(tokenCount: number, options: RangeOptions = defaultWindows): TokenRange[] {
  return ranges({ start: 0, end: tokenCount }, options);
}

/**
 * Segments inside a window, given as a range or as its number of tokens. The last one ends with the window and has full
 * size when the window is that long.
 *
 * @example
 * ```ts
 * segments({ start: 192, end: 232 }, { size: 32, stride: 16 }); // [{ start: 192, end: 224 }, { start: 200, end: 232 }]
 * ```
 */
export function segments(window: TokenRange | number, options: RangeOptions = defaultSegments): TokenRange[] {
  return ranges(typeof window === 'number' ? { start: 0, end: window } : window, options);
}

function ranges({ start, end }: TokenRange, { size, stride }: RangeOptions): TokenRange[] {
  // A stride beyond the size would leave tokens that nothing reads.
  if (!(Number.isInteger(size) && Number.isInteger(stride) && stride > 0 && stride <= size)) {
    throw new FirewallError('option-invalid', {
      message: `size ${size} and stride ${stride} do not cover every token`,
      where: 'windows',
      hint: 'Use whole numbers with 0 < stride <= size.',
    });
  }
  const list: TokenRange[] = [];
  if (end <= start) return list;
  let at = start;
  for (; at + size < end; at += stride) list.push({ start: at, end: at + size });
  list.push({ start: Math.max(start, end - size), end });
  return list;
}
