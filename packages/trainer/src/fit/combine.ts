/** How layers and n-grams add up, and what looking at more segments costs: chosen on texts of unseen origin. */

import { textLogit } from '@alknet/firewall-core';
import { auc, type Scored, shareAtOrAbove, trafficRate, trafficThreshold } from '../measure/metrics.ts';
import { OWN } from '../samples/corpus.ts';
import type { Sample } from '../samples/sample.ts';

/** Row log-odds of one text from heads that saw nothing of its family. */
export interface HeldOut {
  readonly sample: Pick<Sample, 'label' | 'family' | 'source' | 'id'>;
  readonly activation: Float64Array;
  readonly ngram: Float64Array;
  readonly weight: number;
}

/** What the combination is: log-odds = activation + ngramWeight * ngram - lengthSlope * ln(segments), as `textLogit`. */
export interface Combination {
  readonly ngramWeight: number;
  readonly lengthSlope: number;
}

const ngramWeights = [0, 0.25, 0.5, 0.75, 1, 1.5, 2, 3, 4, 6];
const lengthSlopes = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1];
/** False positive rate of harmless traffic at which combinations are compared. */
const rate = 0.01;
/** Families with fewer attacks say too little to choose by. */
const smallestFamily = 10;

/** Combined log-odds of a text: its strongest row, corrected for their number. */
export function combined(
  { activation, ngram }: Pick<HeldOut, 'activation' | 'ngram'>,
  combination: Combination,
): number {
  let strongest = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < activation.length; i++) {
    strongest = Math.max(strongest, (activation[i] as number) + combination.ngramWeight * (ngram[i] as number));
  }
  return textLogit(combination, strongest, activation.length);
}

/** What a false positive rate that deviates by one, root mean square over length buckets, may cost in gain. */
const flatnessPrice = 5;

/** Values closer than this, about a standard error of their difference on the same texts, do not differ. */
const tolerance = 0.002;

/**
 * The combination with the best macro recall and area under the curve, which is steadier, less the price of false alarms that
 * differ by length. Of combinations that do not differ, the one that trusts words least, for they are what an attacker changes
 * first (the one-standard-error rule: Breiman et al., "Classification and Regression Trees", 1984).
 */
export function chooseCombination(texts: readonly HeldOut[]): Combination {
  const all = ngramWeights.flatMap((ngramWeight) =>
    lengthSlopes.map((lengthSlope) => {
      const combination = { ngramWeight, lengthSlope };
      const scored = texts.map(
        (text): Scored => ({
          label: text.sample.label,
          weight: text.weight,
          source: text.sample.source,
          score: combined(text, combination),
        }),
      );
      const gain = macroRecall(texts, scored, rate).macro + auc(scored);
      const value = gain - flatnessPrice * unevenness(texts, scored);
      return { combination, value };
    }),
  );
  const most = Math.max(...all.map(({ value }) => value));
  const asGood = all.filter(({ value }) => value >= most - tolerance);
  const least = Math.min(...asGood.map(({ combination }) => combination.ngramWeight));
  return asGood
    .filter(({ combination }) => combination.ngramWeight === least)
    .reduce((best, each) => (each.value > best.value ? each : best)).combination;
}

/** Mean recall over attack families at a false positive rate of all harmless texts together, and each family's. */
export function macroRecall(
  texts: readonly { readonly sample: Pick<Sample, 'label' | 'family'> }[],
  scored: readonly Scored[],
  falsePositiveRate: number,
): { macro: number; families: ReadonlyMap<string, number> } {
  const threshold = trafficThreshold(scored, falsePositiveRate);
  const groups = new Map<string, Scored[]>();
  texts.forEach(({ sample }, i) => {
    if (sample.label === 1) groups.set(sample.family, [...(groups.get(sample.family) ?? []), scored[i] as Scored]);
  });
  const families = new Map(
    [...groups]
      .filter(([, group]) => group.length >= smallestFamily)
      .map(([family, group]) => [family, shareAtOrAbove(group, 1, threshold)]),
  );
  const macro = [...families.values()].reduce((sum, recall) => sum + recall, 0) / families.size;
  return { macro, families };
}

/** Bucket of a text by its number of segments. */
export function lengthBucket(segments: number): string {
  if (segments <= 1) return '1';
  if (segments <= 4) return '2-4';
  if (segments <= 15) return '5-15';
  return '16+';
}

/**
 * Root mean square of the differences between each length bucket's false positive rate and the rate aimed at. Without the own
 * corpus: its harmless texts are hard on purpose and mostly short, so their false alarms tell how hard they are, not how long.
 */
function unevenness(texts: readonly HeldOut[], scored: readonly Scored[]): number {
  const threshold = trafficThreshold(scored, rate);
  const buckets = new Map<string, Scored[]>();
  texts.forEach(({ activation, sample }, i) => {
    if (sample.label === 1 || sample.family.startsWith(OWN)) return;
    const bucket = lengthBucket(activation.length);
    const list = buckets.get(bucket);
    if (list === undefined) buckets.set(bucket, [scored[i] as Scored]);
    else list.push(scored[i] as Scored);
  });
  if (buckets.size === 0) return 0;
  const squares = [...buckets.values()].map((group) => (trafficRate(group, threshold) - rate) ** 2);
  return Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / squares.length);
}
