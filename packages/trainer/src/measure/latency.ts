/** How long screening took, by the length of the text. */
import { groupBy } from './group-by.ts';
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
  const read = judged.map(({ verdict }) => verdict).filter(({ status }) => status !== 'failed');
  return [...groupBy(read, (verdict) => 2 ** Math.ceil(Math.log2(Math.max(16, verdict.read.tokens))))]
    .sort(([a], [b]) => a - b)
    .map(([mostTokens, verdicts]) => {
      const sorted = verdicts.map(({ timing }) => timing.total).sort((a, b) => a - b);
      return { mostTokens, texts: sorted.length, median: quantile(sorted, 0.5), p95: quantile(sorted, 0.95) };
    });
}

/** The least value that at least this share of the sorted values does not exceed. */
function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] as number;
}
