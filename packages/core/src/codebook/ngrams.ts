/** Layer 0 of the codebook: hashed token n-grams, a log-odds table over the ids the model reads anyway. */

/** A quantised log-odds table. The log-odds of bucket b are `table[b] * scale`. */
export interface NgramTable {
  /** [buckets], a power of two. */
  readonly table: Int8Array;
  readonly scale: number;
  /** n-grams of 1 to this many tokens. */
  readonly order: number;
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

/**
 * Log-odds of each token range: the sum over the n-grams that lie wholly inside it, divided by the square root of their
 * number, so that long ranges do not win by length.
 *
 * @param ids [tokens] of one text, without the sink token
 * @param ranges token ranges [start, end)
 * @returns [ranges]
 */
export function scoreNgrams(
  ngrams: NgramTable,
  ids: Int32Array,
  ranges: readonly { readonly start: number; readonly end: number }[],
): Float64Array {
  const { table, scale, order } = ngrams;
  const sums = Array.from({ length: order }, (_, index) => prefixSums(table, ids, index + 1));
  return Float64Array.from(ranges, ({ start, end }) => {
    let sum = 0;
    let count = 0;
    for (let n = 1; n <= order; n++) {
      if (end - start < n) break;
      const prefix = sums[n - 1] as Int32Array;
      sum += (prefix[end] as number) - (prefix[start + n - 1] as number);
      count += end - start - n + 1;
    }
    return count === 0 ? 0 : (sum * scale) / Math.sqrt(count);
  });
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
