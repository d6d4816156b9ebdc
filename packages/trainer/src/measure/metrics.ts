/** Measures of a score: ranking, recall at a false positive rate, calibration, and how sure each figure is. */
import { type Random, seeded } from '../random.ts';

/** A scored text: its label, score and how much it counts. */
export interface Scored {
  readonly label: 0 | 1;
  readonly score: number;
  readonly weight?: number;
  /** Where the text comes from; for `trafficThreshold`. */
  readonly source?: string;
}

/** Area under the ROC curve: the chance that an attack scores above a harmless text; ties count half. Not a number without both. */
export function auc(scored: readonly Scored[]): number {
  const sorted = [...scored].sort((a, b) => a.score - b.score);
  let below = 0;
  let wins = 0;
  let attacks = 0;
  for (let i = 0; i < sorted.length; ) {
    let j = i;
    let harmless = 0;
    let tied = 0;
    for (; j < sorted.length && sorted[j]?.score === sorted[i]?.score; j++) {
      const weight = sorted[j]?.weight ?? 1;
      if (sorted[j]?.label === 1) tied += weight;
      else harmless += weight;
    }
    wins += tied * (below + harmless / 2);
    below += harmless;
    attacks += tied;
    i = j;
  }
  return wins / (attacks * below);
}

/** The lowest threshold at which at most `rate` of the harmless weight scores at or above it. */
export function thresholdAt(scored: readonly Scored[], rate: number): number {
  const harmless = scored.filter(({ label }) => label === 0).sort((a, b) => b.score - a.score);
  const total = harmless.reduce((sum, { weight = 1 }) => sum + weight, 0);
  let above = 0;
  for (const { score, weight = 1 } of harmless) {
    above += weight;
    if (above > rate * total) return justAbove(score);
  }
  return Number.NEGATIVE_INFINITY;
}

/** The most of one source that counts as false positives in `trafficRate`. */
const sourceCap = 0.1;

/**
 * False positive rate of mixed traffic: over harmless sources, the share of texts at or above the threshold, at most a tenth of
 * each. When families are left out, a language can lose its only harmless texts and keep its attacks; without the cap that
 * one source would set the threshold for all others.
 */
export function trafficRate(scored: readonly Scored[], threshold: number): number {
  const sources = new Map<string, { weight: number; above: number }>();
  for (const { label, score, weight = 1, source = '' } of scored) {
    if (label === 1) continue;
    const entry = sources.get(source) ?? { weight: 0, above: 0 };
    entry.weight += weight;
    if (score >= threshold) entry.above += weight;
    sources.set(source, entry);
  }
  let total = 0;
  let above = 0;
  for (const entry of sources.values()) {
    total += entry.weight;
    above += Math.min(entry.above, sourceCap * entry.weight);
  }
  return above / total;
}

/** The lowest threshold, among the harmless scores, at which `trafficRate` is at most `rate`. */
export function trafficThreshold(scored: readonly Scored[], rate: number): number {
  const candidates = scored
    .filter(({ label }) => label === 0)
    .map(({ score }) => score)
    .sort((a, b) => a - b);
  let low = 0;
  let high = candidates.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (trafficRate(scored, justAbove(candidates[middle] as number)) <= rate) high = middle;
    else low = middle + 1;
  }
  return low < candidates.length ? justAbove(candidates[low] as number) : Number.POSITIVE_INFINITY;
}

/** The next number that a score of exactly this value does not reach. */
function justAbove(score: number): number {
  return score + Math.abs(score) * Number.EPSILON * 4 + Number.MIN_VALUE;
}

/** Share of the weight of one label that scores at or above the threshold. */
export function shareAtOrAbove(scored: readonly Scored[], label: 0 | 1, threshold: number): number {
  let above = 0;
  let total = 0;
  for (const entry of scored) {
    if (entry.label !== label) continue;
    total += entry.weight ?? 1;
    if (entry.score >= threshold) above += entry.weight ?? 1;
  }
  return above / total;
}

/** Recall where at most `rate` of the harmless weight is at or above the threshold. */
export function recallAt(scored: readonly Scored[], rate: number): number {
  return shareAtOrAbove(scored, 1, thresholdAt(scored, rate));
}

/** Texts whose scores lie in [low, high), the last bin's 1 included. */
export interface ReliabilityBin {
  readonly low: number;
  readonly high: number;
  readonly weight: number;
  /** Mean score; not a number in an empty bin. */
  readonly score: number;
  /** Share of the weight that is attacks; not a number in an empty bin. */
  readonly attacks: number;
}

/** Equal bins of the score: what was predicted against what was found. */
export function reliabilityBins(scored: readonly Scored[], bins = 10): ReliabilityBin[] {
  const sums = Array.from({ length: bins }, () => ({ weight: 0, score: 0, attacks: 0 }));
  for (const { label, score, weight = 1 } of scored) {
    const bin = sums[Math.min(bins - 1, Math.floor(score * bins))] as (typeof sums)[number];
    bin.weight += weight;
    bin.score += weight * score;
    bin.attacks += weight * label;
  }
  return sums.map(({ weight, score, attacks }, index) => ({
    low: index / bins,
    high: (index + 1) / bins,
    weight,
    score: score / weight,
    attacks: attacks / weight,
  }));
}

/** Expected calibration error over ten equal bins of the score (Naeini et al., AAAI 2015). */
export function calibrationError(scored: readonly Scored[], bins = 10): number {
  const filled = reliabilityBins(scored, bins).filter(({ weight }) => weight > 0);
  const total = filled.reduce((sum, { weight }) => sum + weight, 0);
  return filled.reduce((sum, { weight, score, attacks }) => sum + weight * Math.abs(score - attacks), 0) / total;
}

/** 95 % bootstrap interval of a measure (percentile method, 200 resamples, seeded). */
export function interval<T>(
  items: readonly T[],
  measure: (items: readonly T[]) => number,
  random: Random = seeded(7),
): readonly [number, number] {
  const values = Array.from({ length: 200 }, () =>
    measure(items.map(() => items[Math.floor(random() * items.length)] as T)),
  )
    .filter(Number.isFinite)
    .sort((a, b) => a - b);
  const at = (share: number): number =>
    values[Math.min(values.length - 1, Math.floor(share * values.length))] ?? Number.NaN;
  return [at(0.025), at(0.975)];
}
