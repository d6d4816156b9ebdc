/** Divides a text into what is shown: stretches under their strongest segment, and badges for what is not seen. */
import type { ExplainedSegment } from '@alknet/firewall-core';
import { type InvisibleRun, invisibleRuns } from './invisible.ts';

/** A stretch of text; `segment` is the index of the strongest segment over it, or -1. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
  readonly segment: number;
}

/** A text, cut: stretches and runs of invisible characters in order; together they are the whole text. */
export type Piece = Stretch | InvisibleRun;

/** Steps of shading; scores rise by about half from one to the next. */
const steps: readonly number[] = [0.05, 0.1, 0.2, 0.35, 0.6, 0.85];

/** 0 (harmless) to 6. */
export function heat(score: number): number {
  return steps.filter((step) => score >= step).length;
}

/** Cuts a text where its strongest segment changes or invisible characters begin or end. Linear in its length. */
export function cut(text: string, segments: readonly ExplainedSegment[]): Piece[] {
  const strongest = strongestAt(text.length, segments);
  const pieces: Piece[] = [];
  let at = 0;
  for (const run of [...invisibleRuns(text), undefined]) {
    const until = run?.start ?? text.length;
    while (at < until) {
      const segment = strongest[at] as number;
      let end = at + 1;
      while (end < until && strongest[end] === segment) end++;
      pieces.push({ start: at, end, segment });
      at = end;
    }
    if (run === undefined) continue;
    pieces.push(run);
    at = run.end;
  }
  return pieces;
}

/** [length] */
function strongestAt(length: number, segments: readonly ExplainedSegment[]): Int32Array {
  const strongest = new Int32Array(length).fill(-1);
  const best = new Float64Array(length).fill(-1);
  for (const [index, { span, score }] of segments.entries()) {
    for (let at = span[0]; at < span[1]; at++) {
      if (score <= (best[at] as number)) continue;
      best[at] = score;
      strongest[at] = index;
    }
  }
  return strongest;
}
