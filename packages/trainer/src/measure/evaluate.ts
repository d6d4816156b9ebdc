/** What a firewall does on labelled texts: per head ranking, recall, false alarms, calibration, and who was missed. */
import type { HeadName, Role, Verdict } from '@alknet/firewall-core';
import type { Sample } from '../samples/sample.ts';
import { auc, calibrationError, interval, recallAt, type Scored, shareAtOrAbove } from './metrics.ts';

/** A labelled text with its verdict. */
export interface Judged {
  readonly sample: Sample;
  readonly head: HeadName;
  readonly verdict: Pick<Verdict, 'decision' | 'score' | 'read' | 'timing' | 'status'>;
}

/** A figure and its 95 % bootstrap interval. */
export interface Figure {
  readonly value: number;
  readonly interval: readonly [low: number, high: number];
}

/** One head's figures. */
export interface HeadReport {
  readonly head: HeadName;
  readonly attacks: number;
  readonly harmless: number;
  readonly auc: Figure;
  /** Recall where 1 % and 0.1 % of the harmless texts of this set are at or above the threshold. */
  readonly recallAt1: Figure;
  readonly recallAt01: Figure;
  /** At the shipped thresholds. */
  readonly blockedAttacks: Figure;
  readonly blockedHarmless: Figure;
  readonly calibrationError: number;
  readonly sources: readonly SourceReport[];
  readonly lengths: readonly LengthReport[];
}

/** One source at the shipped thresholds. */
export interface SourceReport {
  readonly source: string;
  readonly label: 0 | 1;
  readonly texts: number;
  readonly blocked: Figure;
  readonly flagged: number;
}

/** False positives of harmless texts by their length in tokens. */
export interface LengthReport {
  readonly bucket: string;
  readonly texts: number;
  readonly blocked: number;
}

/** The head that reads a role. */
export const roleOfHead: Readonly<Record<HeadName, Role>> = { prompt: 'user', data: 'document' };

/** Sources whose texts come as documents; other sources are users' prompts. */
export function headFor(sample: Pick<Sample, 'source' | 'category'>): HeadName {
  const document = sample.category.includes('indirect') || ['benign-document', 'benign-code'].includes(sample.category);
  return document ? 'data' : 'prompt';
}

/** Figures of one head. */
export function report(head: HeadName, judged: readonly Judged[]): HeadReport {
  const texts = judged.filter((entry) => entry.head === head);
  const scored = texts.map(({ sample, verdict }): Scored => ({ label: sample.label, score: verdict.score }));
  const blocked = (label: 0 | 1): Figure =>
    figure(
      texts.filter(({ sample }) => sample.label === label),
      blockedShare,
    );
  const groups = groupBy(texts, keyOf);
  return {
    head,
    attacks: scored.filter(({ label }) => label === 1).length,
    harmless: scored.filter(({ label }) => label === 0).length,
    auc: figure(scored, auc),
    recallAt1: figure(scored, (items) => recallAt(items, 0.01)),
    recallAt01: figure(scored, (items) => recallAt(items, 0.001)),
    blockedAttacks: blocked(1),
    blockedHarmless: blocked(0),
    calibrationError: calibrationError(scored),
    sources: [...groups.values()].map(sourceReport).sort((a, b) => a.label - b.label || (a.source < b.source ? -1 : 1)),
    lengths: lengthReports(texts),
  };
}

const lengthBuckets: readonly (readonly [name: string, most: number])[] = [
  ['1-32 tokens', 32],
  ['33-128', 128],
  ['129-512', 512],
  ['over 512', Number.POSITIVE_INFINITY],
];

function lengthReports(texts: readonly Judged[]): LengthReport[] {
  return lengthBuckets.map(([bucket, most], index) => {
    const least = index === 0 ? 0 : (lengthBuckets[index - 1] as [string, number])[1];
    const inside = texts.filter(
      ({ sample, verdict }) => sample.label === 0 && verdict.read.tokens > least && verdict.read.tokens <= most,
    );
    return { bucket, texts: inside.length, blocked: blockedShare(inside) };
  });
}

function sourceReport(texts: readonly Judged[]): SourceReport {
  const { source, label } = (texts[0] as Judged).sample;
  const flagged = texts.filter(({ verdict }) => verdict.decision === 'flag').length / texts.length;
  return { source, label, texts: texts.length, blocked: figure(texts, blockedShare), flagged };
}

function blockedShare(texts: readonly Judged[]): number {
  return shareAtOrAbove(
    texts.map(({ verdict }) => ({ label: 1 as const, score: verdict.decision === 'block' ? 1 : 0 })),
    1,
    1,
  );
}

function figure<T>(items: readonly T[], measure: (items: readonly T[]) => number): Figure {
  return { value: measure(items), interval: interval(items, measure) };
}

function keyOf({ sample }: Judged): string {
  return `${sample.source}:${sample.label}`;
}

function groupBy<T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group === undefined) groups.set(key(item), [item]);
    else group.push(item);
  }
  return groups;
}
