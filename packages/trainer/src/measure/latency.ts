/** How long screening took, by the length of the text. */
import type { Judged } from './judged.ts';

/** Texts of (half of `mostTokens`, `mostTokens`] tokens. */
export interface LatencyBucket {
  readonly mostTokens: number;
  readonly texts: number;
  /** Milliseconds from `screen()` to its verdict, waiting included. */
  readonly median: number;
  readonly p95: number;
}

/** Buckets that hold texts, shortest first; each is twice as long as the one before. Texts whose screening failed are left out. */
export function latencyByLength(judged: readonly Judged[]): LatencyBucket[] {
  const buckets = new Map<number, number[]>();
  for (const { verdict } of judged) {
    if (verdict.status === 'failed') continue;
    const most = 2 ** Math.ceil(Math.log2(Math.max(16, verdict.read.tokens)));
    buckets.set(most, [...(buckets.get(most) ?? []), verdict.timing.total]);
  }
  return [...buckets]
    .sort(([a], [b]) => a - b)
    .map(([mostTokens, times]) => {
      const sorted = times.sort((a, b) => a - b);
      return { mostTokens, texts: sorted.length, median: quantile(sorted, 0.5), p95: quantile(sorted, 0.95) };
    });
}

/** The least value that at least this share of the sorted values does not exceed. */
function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] as number;
}
