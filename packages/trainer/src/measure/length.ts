/** Length buckets that results are reported by. */

/** Texts of at most so many tokens (and more than the bucket before holds). */
export const lengthBuckets: readonly { readonly name: string; readonly most: number }[] = [
  { name: '1-32 tokens', most: 32 },
  { name: '33-128 tokens', most: 128 },
  { name: '129-512 tokens', most: 512 },
  { name: 'over 512 tokens', most: Number.POSITIVE_INFINITY },
];

/** Name of the bucket of a length in tokens. */
export function lengthBucket(tokens: number): string {
  return (lengthBuckets.find(({ most }) => tokens <= most) as (typeof lengthBuckets)[number]).name;
}
