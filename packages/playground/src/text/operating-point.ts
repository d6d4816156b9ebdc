/** What a threshold between the measured ones does: read off the curve by straight lines. */
import type { OperatingPoint } from '@alknet/firewall-core';

/** Rates at a threshold; `beyond` where it lies outside what was measured, and the rates are those of the curve's end. */
export interface Rates {
  readonly falsePositiveRate: number;
  readonly recall: number;
  readonly beyond?: 'below' | 'above';
}

/** `curve` by rising threshold, with one point at least. */
export function ratesAt(curve: readonly OperatingPoint[], threshold: number): Rates {
  const first = curve[0] as OperatingPoint;
  const last = curve.at(-1) as OperatingPoint;
  if (threshold < first.threshold) return { ...rates(first), beyond: 'below' };
  if (threshold > last.threshold) return { ...rates(last), beyond: 'above' };
  const next = curve.findIndex((point) => point.threshold >= threshold);
  const b = curve[next] as OperatingPoint;
  const a = curve[Math.max(0, next - 1)] as OperatingPoint;
  const share = b.threshold === a.threshold ? 1 : (threshold - a.threshold) / (b.threshold - a.threshold);
  const between = (from: number, to: number): number => from + share * (to - from);
  return {
    falsePositiveRate: between(a.falsePositiveRate, b.falsePositiveRate),
    recall: between(a.recall, b.recall),
  };
}

function rates({ falsePositiveRate, recall }: OperatingPoint): Rates {
  return { falsePositiveRate, recall };
}
