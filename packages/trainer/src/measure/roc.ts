/** The receiver operating characteristic: what every threshold would do to the texts at hand. */
import type { OperatingPoint } from '@alknet/firewall-core';
import type { Scored } from './metrics.ts';

/**
 * One point a distinct score, by falling threshold, from (0, 0) over everything to (1, 1). Not a number without both labels.
 *
 * @example
 * ```ts
 * rocCurve([{ label: 1, score: 0.9 }, { label: 0, score: 0.1 }])[1]; // { threshold: 0.9, falsePositiveRate: 0, recall: 1 }
 * ```
 */
export function rocCurve(scored: readonly Scored[]): OperatingPoint[] {
  const sorted = [...scored].sort((a, b) => b.score - a.score);
  const totals = [0, 0];
  for (const { label, weight = 1 } of scored) (totals[label] as number) += weight;
  const above = [0, 0];
  const point = (threshold: number): OperatingPoint => ({
    threshold,
    falsePositiveRate: (above[0] as number) / (totals[0] as number),
    recall: (above[1] as number) / (totals[1] as number),
  });
  const curve = [point(Number.POSITIVE_INFINITY)];
  for (const [index, { label, score, weight = 1 }] of sorted.entries()) {
    (above[label] as number) += weight;
    if (sorted[index + 1]?.score !== score) curve.push(point(score));
  }
  return curve;
}
