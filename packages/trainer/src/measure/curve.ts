/** What each threshold would do to held-out texts: false positives of harmless traffic against recall. */
import type { OperatingPoint } from '@alknet/firewall-core';
import { type Scored, shareAtOrAbove, trafficRate, trafficThreshold } from './metrics.ts';

/** Thresholds that are tried. */
const points = 50;
/** Range of rates: under it a few texts decide, and near 0.1 the cap of `trafficRate` hides what happens. */
const rates = { least: 0.0005, most: 0.08 };

/**
 * Operating points by rising threshold, at false positive rates in equal steps of their logarithm.
 *
 * @param scored calibrated scores of texts that were not fitted on
 * @example
 * ```ts
 * operatingCurve(heldOut)[0]; // { threshold: 0.094, falsePositiveRate: 0.0799, recall: 0.431 }
 * ```
 */
export function operatingCurve(scored: readonly Scored[]): OperatingPoint[] {
  const step = (rates.least / rates.most) ** (1 / (points - 1));
  const curve: OperatingPoint[] = [];
  for (let i = 0; i < points; i++) {
    const threshold = Math.max(0, trafficThreshold(scored, rates.most * step ** i));
    if (threshold > 1) break;
    if (threshold === curve.at(-1)?.threshold) continue;
    curve.push({
      threshold,
      falsePositiveRate: trafficRate(scored, threshold),
      recall: shareAtOrAbove(scored, 1, threshold),
    });
  }
  return curve;
}
