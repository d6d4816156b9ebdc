/** A labelled text with its verdict, and the shares and intervals that are taken over many of them. */
import type { HeadName, Verdict } from '@alknet/firewall-core';
import type { Sample } from '../samples/sample.ts';
import { interval, type Scored } from './metrics.ts';

/** A labelled text with its verdict. */
export interface Judged {
  readonly sample: Sample;
  readonly head: HeadName;
  readonly verdict: Pick<Verdict, 'decision' | 'score' | 'read' | 'timing' | 'status' | 'evidence' | 'thresholds'>;
}

/** A figure and its 95 % bootstrap interval. */
export interface Figure {
  readonly value: number;
  readonly interval: readonly [low: number, high: number];
}

/** What the measures read of judged texts. */
export function scoresOf(texts: readonly Judged[]): Scored[] {
  return texts.map(({ sample, verdict }) => ({ label: sample.label, score: verdict.score }));
}

/** Share of the texts that are blocked. Not a number without texts. */
export function blockedShare(texts: readonly Judged[]): number {
  return texts.filter(({ verdict }) => verdict.decision === 'block').length / texts.length;
}

/** A measure with its interval. */
export function figure<T>(items: readonly T[], measure: (items: readonly T[]) => number): Figure {
  return { value: measure(items), interval: interval(items, measure) };
}
