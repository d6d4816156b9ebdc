/** Readings of texts seen before: a conversation grows by one turn, and the same system prompt comes every time. */
import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Reading } from './reading.ts';
import type { Role } from './verdict.ts';

/**
 * The last `cache.entries` readings of one firewall. Each firewall has its own, so that every entry was read with the same
 * model, codebook and configuration.
 */
export interface ReadingCache {
  /** A copy of the reading of this very text in this role. */
  get(text: string, role: Role): Reading | undefined;
  /** Keeps a complete reading; one of a text that is too long to be scored is not kept. */
  set(text: string, role: Role, reading: Reading): void;
}

/**
 * Opens an empty cache; one of 0 entries keeps nothing. It holds hashes and readings (scores and spans), never a text.
 *
 * @param entries most readings kept; the one that was not asked for longest makes room
 */
export function openReadingCache(entries: number): ReadingCache {
  if (entries === 0) return { get: () => undefined, set: () => undefined };
  const kept = new LRUCache<string, Reading>({ max: entries });
  return {
    get(text, role) {
      // A copy: a caller that changes its verdict must not change the next one.
      return structuredClone(kept.get(keyOf(text, role)));
    },
    set(text, role, reading) {
      if (!reading.tooManyWindows) kept.set(keyOf(text, role), structuredClone(reading));
    },
  };
}

/** UTF-16, since lone surrogates are all the same in UTF-8. The role stands for its head and thresholds. */
function keyOf(text: string, role: Role): string {
  return createHash('sha256').update(`${role}:`).update(text, 'utf16le').digest('base64');
}
