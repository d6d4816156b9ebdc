/** Token n-grams that a user's texts have and known texts of the other label do not: what tells these texts word by word. */
import { type Head, type NgramTable, ngramBucket, ngramParts, type Preset, scoreNgrams } from '@alknet/firewall-core';
import type { Row } from '../features/layout.ts';
import type { Example } from './example.ts';
import { type Lesson, lessonsOf, type Watched } from './lessons.ts';

/** Log-odds that one pass adds to an n-gram that no known text has. */
const step = 0.1;
/** Log-odds that all passes may add. */
const mostAdded = 2;
/** Passes over the texts that are not learnt yet. */
const mostPasses = 20;

/** How many known texts of each label have a bucket. */
export type Frequencies = Readonly<Record<0 | 1, ReadonlyMap<number, number>>>;

/** Counted once for all passes. */
export function frequenciesOf(ngrams: NgramTable, { harmless, attacks }: Watched): Frequencies {
  return { 0: countTexts(ngrams, harmless), 1: countTexts(ngrams, attacks) };
}

/**
 * The head with n-grams that decide the examples: each pass moves those of every text that is not learnt yet. An n-gram that
 * known texts of the other label have moves by as much less: "the" and "please" say nothing new.
 */
export function addNgrams(head: Head, preset: Preset, examples: readonly Example[], known: Frequencies): Head {
  const { table, scale } = head.ngrams;
  const added = new Map<number, number>();
  let current = head;
  for (let pass = 0; pass < mostPasses; pass++) {
    const lessons = lessonsOf(current, preset, examples);
    if (lessons.length === 0) break;
    for (const lesson of lessons) {
      const direction = lesson.label === 1 ? 1 : -1;
      const elsewhere = known[lesson.label === 1 ? 0 : 1];
      for (const bucket of strongestBuckets(current.ngrams, lesson)) {
        const change = (direction * step) / (1 + (elsewhere.get(bucket) ?? 0));
        const sum = (added.get(bucket) ?? 0) + change;
        added.set(bucket, Math.max(-mostAdded, Math.min(mostAdded, sum)));
      }
    }
    const moved = table.slice();
    for (const [bucket, sum] of added) moved[bucket] = toInt8((table[bucket] as number) + sum / scale);
    current = { ...head, ngrams: { ...head.ngrams, table: moved } };
  }
  return current;
}

/** Buckets of the part of the row that its score comes from. */
function strongestBuckets(ngrams: NgramTable, { part, row }: Lesson): number[] {
  const parts = ngramParts(part.ranges[row] as Row, ngrams.span);
  const scores = parts.map((range) => scoreNgrams(ngrams, part.ids, [range])[0] as number);
  return bucketsIn(ngrams, part.ids, parts[scores.indexOf(Math.max(...scores))] as Row);
}

function bucketsIn({ order, table }: NgramTable, ids: Int32Array, { start, end }: Row): number[] {
  const buckets: number[] = [];
  for (let n = 1; n <= order; n++) {
    for (let i = start + n - 1; i < end; i++) buckets.push(ngramBucket(ids, i, n, table.length));
  }
  return buckets;
}

function countTexts(ngrams: NgramTable, texts: readonly Example[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const { parts } of texts) {
    const own = new Set(parts.flatMap(({ ids }) => bucketsIn(ngrams, ids, { start: 0, end: ids.length })));
    for (const bucket of own) counts.set(bucket, (counts.get(bucket) ?? 0) + 1);
  }
  return counts;
}

function toInt8(value: number): number {
  return Math.max(-127, Math.min(127, Math.round(value)));
}
