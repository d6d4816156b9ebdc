/** Text in the order a screen shows it where override characters (U+202D, U+202E) turn it round. */

import { pointAt, width } from './characters.ts';
import { type Mapped, MappedBuilder } from './mapped.ts';

const rightToLeftOverride = 0x202e;
const openers: ReadonlySet<number> = new Set([0x202a, 0x202b, 0x202d, 0x202e, 0x2066, 0x2067, 0x2068]);
const closers: ReadonlySet<number> = new Set([0x202c, 0x2069]);

/**
 * Right-to-left overrides applied: their text, up to the closing character or the end of the line, from last to first.
 * Nested overrides turn it round again. Marks (U+200E, U+200F) and embeddings change no order inside Latin text.
 */
export function readBidi(text: string): Mapped | undefined {
  if (!text.includes('\u202e')) return undefined;
  const builder = new MappedBuilder(text.length);
  let line = 0;
  while (line <= text.length) {
    const newline = text.indexOf('\n', line);
    const end = newline < 0 ? text.length : newline;
    writeLine(builder, text, line, end);
    if (newline >= 0) builder.copy(text, newline, newline + 1);
    line = end + 1;
  }
  return builder.build();
}

/** A run of one direction depth: odd depths are read from the right. */
function writeLine(builder: MappedBuilder, text: string, start: number, end: number): void {
  const places: number[] = [];
  const levels: number[] = [];
  const open: boolean[] = [];
  let level = 0;
  for (let at = start; at < end; ) {
    const point = pointAt(text, at);
    if (openers.has(point)) {
      open.push(point === rightToLeftOverride);
      if (point === rightToLeftOverride) level += 1;
    } else if (closers.has(point)) {
      if (open.pop()) level -= 1;
    } else {
      places.push(at);
      levels.push(Math.min(level, deepest));
    }
    at += width(point);
  }
  reorder(places, levels);
  for (const at of places) builder.copy(text, at, at + width(pointAt(text, at)));
}

/** UAX #9 stops counting at depth 125; text that someone should read has one or two. */
const deepest = 8;

/** UAX #9, rule L2: from the deepest level up, every run at that level or deeper is turned round. */
function reorder(places: number[], levels: number[]): void {
  for (let level = deepest; level > 0; level -= 1) {
    for (let from = 0; from < levels.length; from += 1) {
      if (levels[from] < level) continue;
      let to = from;
      while (to < levels.length && levels[to] >= level) to += 1;
      reverse(places, from, to);
      reverse(levels, from, to);
      from = to;
    }
  }
}

function reverse(list: number[], from: number, to: number): void {
  for (let a = from, b = to - 1; a < b; a += 1, b -= 1) [list[a], list[b]] = [list[b], list[a]];
}
