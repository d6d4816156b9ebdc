/** Layer 0 of the codebook: hashed token n-grams, a log-odds table over the ids the model reads anyway. */

import type { TokenRange } from '../text/windows.ts';

/** A quantised log-odds table. The log-odds of bucket b are `table[b] * scale`. */
export interface NgramTable {
  /** [buckets], a power of two. */
  readonly table: Int8Array;
  readonly scale: number;
  /** n-grams of 1 to this many tokens. */
  readonly order: number;
  /** Tokens that are looked at together: a longer range scores as its strongest part of this length, at half-length steps. */
  readonly span: number;
}

/**
 * Bucket of the n-gram of `order` tokens that ends at `end` (inclusive).
 * FNV-1a over the ids, the order mixed in, folded to `buckets` (a power of two).
 *
 * @see http://www.isthe.com/chongo/tech/comp/fnv/
 */
export function ngramBucket(ids: Int32Array, end: number, order: number, buckets: number): number {
  let hash = 0x811c9dc5 ^ order;
  for (let i = end - order + 1; i <= end; i++) {
    const id = ids[i] as number;
    hash = Math.imul(hash ^ (id & 0xff), 0x01000193);
    hash = Math.imul(hash ^ (id >>> 8), 0x01000193);
  }
  hash ^= hash >>> 15;
  return hash & (buckets - 1);
}

/** Parts of a range that are `span` long at steps of half of it; the last one ends with the range. A short range is its own part. */
export function ngramParts({ start, end }: TokenRange, span: number): TokenRange[] {
  const step = Math.max(1, span >> 1);
  const parts: TokenRange[] = [];
  for (let at = start; at + span < end; at += step) parts.push({ start: at, end: at + span });
  parts.push({ start: Math.max(start, end - span), end });
  return parts;
}

/**
 * Log-odds of each token range: of its strongest part the sum over the n-grams that lie wholly inside, divided by the square
 * root of their number, so that long parts do not win by length, and a short phrase does not drown in what surrounds it.
 *
 * @param ids [tokens] of one text, without the sink token
 * @param ranges token ranges [start, end)
 * @returns [ranges]
 */
export function scoreNgrams(ngrams: NgramTable, ids: Int32Array, ranges: readonly TokenRange[]): Float64Array {
  const { table, scale, order, span } = ngrams;
  const sums = Array.from({ length: order }, (_, index) => prefixSums(table, ids, index + 1));
  const scorePart = ({ start, end }: TokenRange): number => {
    let sum = 0;
    let count = 0;
    for (let n = 1; n <= Math.min(order, end - start); n++) {
      const prefix = sums[n - 1] as Int32Array;
      sum += (prefix[end] as number) - (prefix[start + n - 1] as number);
      count += end - start - n + 1;
    }
    return count === 0 ? 0 : (sum * scale) / Math.sqrt(count);
  };
  return Float64Array.from(ranges, (range) => Math.max(...ngramParts(range, span).map(scorePart)));
}

/** [tokens + 1]: entry i is the table sum over the n-grams that end before token i. */
function prefixSums(table: Int8Array, ids: Int32Array, order: number): Int32Array {
  const sums = new Int32Array(ids.length + 1);
  for (let i = 0; i < ids.length; i++) {
    const value = i + 1 < order ? 0 : (table[ngramBucket(ids, i, order, table.length)] as number);
    sums[i + 1] = (sums[i] as number) + value;
  }
  return sums;
}
