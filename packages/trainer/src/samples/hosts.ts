/** Which document an order goes into: one of the same writing system, by hash. */
import { groupBy } from '../measure/group-by.ts';
import { byHash, mix } from '../random.ts';
import type { Sample } from './sample.ts';

/** The dominant writing system, so that an order and its document can share it. */
function scriptOf(text: string): string {
  const scripts = {
    han: /\p{sc=Han}/gu,
    kana: /[\p{sc=Hiragana}\p{sc=Katakana}]/gu,
    hangul: /\p{sc=Hangul}/gu,
    arabic: /\p{sc=Arabic}/gu,
    cyrillic: /\p{sc=Cyrillic}/gu,
    devanagari: /\p{sc=Devanagari}/gu,
    thai: /\p{sc=Thai}/gu,
    greek: /\p{sc=Greek}/gu,
    hebrew: /\p{sc=Hebrew}/gu,
  };
  const sample = text.slice(0, 600);
  const found = Object.entries(scripts).map(([name, pattern]) => [name, sample.match(pattern)?.length ?? 0] as const);
  const [name, count] = found.reduce((a, b) => (b[1] > a[1] ? b : a));
  return count > sample.length * 0.15 ? name : 'latin';
}

/** The document that shares a text's writing system and falls to it by hash (rendezvous hashing: Thaler and Ravishankar 1998). */
export type Hosts = (text: string, hash: number) => Sample;

/** Deals documents out to texts; one more document takes its share of the texts from the others and leaves the rest. */
export function hostsByScript(documents: readonly Sample[], seed: number): Hosts {
  const all = byHash(documents, seed);
  const groups = groupBy(all, ({ item }) => scriptOf(item.text));
  return (text, hash) => {
    let best = all[0] as (typeof all)[number];
    let least = Number.POSITIVE_INFINITY;
    for (const host of groups.get(scriptOf(text)) ?? all) {
      const rank = mix(host.hash, hash);
      if (rank >= least) continue;
      best = host;
      least = rank;
    }
    return best.item;
  };
}
