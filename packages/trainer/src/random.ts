/** Seeded randomness: the same seed gives the same codebook. */
import { createHash } from 'node:crypto';

/** A stream of numbers in [0, 1). */
export type Random = () => number;

/**
 * mulberry32, a 32-bit generator: enough for sampling and initial weights, and the same on every machine.
 *
 * @see https://gist.github.com/tommyettinger/46a874533244883189143505d203312c
 */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** A standard normal number (Box-Muller). */
export function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** Fisher-Yates, in place. */
export function shuffle<T>(items: T[], random: Random): T[] {
  for (let i = items.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [items[i], items[j]] = [items[j] as T, items[i] as T];
  }
  return items;
}

/** A 32-bit number that depends only on the text. */
export function hashNumber(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32LE(0);
}

/** The items in an order, and each with a number, that depend on nothing but their ids and the seed. */
export function byHash<T extends { readonly id: string }>(
  items: readonly T[],
  seed: number,
): { readonly item: T; readonly hash: number }[] {
  return items.map((item) => ({ item, hash: hashNumber(`${seed}:${item.id}`) })).sort((a, b) => a.hash - b.hash);
}

/** A 32-bit number from two: the last step of MurmurHash3 (Appleby). */
export function mix(a: number, b: number): number {
  let h = (a ^ Math.imul(b + 0x9e3779b9, 0x85ebca6b)) >>> 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
