/** Letters turned by half a circle, most often written from right to left: `suoᴉʇɔnɹʇsuᴉ ǝɹouƃᴉ`. */

import { pointAt, width } from './characters.ts';
import { type Mapped, MappedBuilder, type Reading } from './mapped.ts';
import { isCommonWord, wordsOf } from './words.ts';

/** Turned letters that are no letters of their own in ASCII. */
const turned: Readonly<Record<string, string>> = {
  ɐ: 'a',
  ɔ: 'c',
  ǝ: 'e',

  ɟ: 'f',
  ƃ: 'g',
  ɓ: 'g',
  ᵷ: 'g',
  ɥ: 'h',
  ᴉ: 'i',
  ı: 'i',
  ᴈ: 'e',
  ɾ: 'j',
  ʞ: 'k',
  ʅ: 'l',
  ꞁ: 'l',
  ɯ: 'm',
  ɹ: 'r',
  ʇ: 't',
  ʌ: 'v',
  ʍ: 'w',
  ʎ: 'y',
  '∀': 'A',
  Ɐ: 'A',
  ᗺ: 'B',
  Ɔ: 'C',
  ᗡ: 'D',
  Ǝ: 'E',
  Ⅎ: 'F',
  ᖵ: 'F',
  '⅁': 'G',
  פ: 'G',
  ſ: 'J',
  ʃ: 'J',
  '⋊': 'K',
  ꓘ: 'K',
  '˥': 'L',
  Ꞁ: 'L',
  Ԁ: 'P',
  ᴚ: 'R',
  '┴': 'T',
  '⊥': 'T',
  Ʇ: 'T',
  '∩': 'U',
  Λ: 'V',
  '⅄': 'Y',
  '¿': '?',
  '¡': '!',
  '˙': '.',
  '‾': '_',
  '⅋': '&',
};
/** ASCII letters that are letters when turned. */
const symmetric: Readonly<Record<string, string>> = {
  b: 'q',
  d: 'p',
  l: 'l',
  n: 'u',
  o: 'o',
  p: 'd',
  q: 'b',
  s: 's',
  u: 'n',
  x: 'x',
  z: 'z',
  H: 'H',
  I: 'I',
  M: 'W',
  N: 'N',
  O: 'O',
  S: 'S',
  W: 'M',
  X: 'X',
  Z: 'Z',
  '6': '9',
  '9': '6',
  '0': '0',
  '8': '8',
};
const plain: ReadonlyMap<number, string> = tableOf(turned);
const all: ReadonlyMap<number, string> = new Map([...plain, ...tableOf(symmetric)]);

/** Fewer turned letters are phonetics or a formula. */
const leastTurned = 3;

/** Turned round, they show so many common words; a single one may be chance. */
const leastWords = 2;

export function readUpsideDown(text: string): Reading[] {
  if (!/[ɐɔǝɟƃɓɥᴉɹʇʌʍʎʞɯɾ]/.test(text)) return [];
  const bounds = boundsOf(text);
  if (bounds === undefined) return [];
  const forward = turn(text, bounds, false);
  const backward = turn(text, bounds, true);
  const counts = [commonWordsIn(forward.text), commonWordsIn(backward.text)];
  if (Math.max(...counts) < Math.max(leastWords, commonWordsIn(text.slice(bounds.start, bounds.end)) + 1)) return [];
  return [{ ...bounds, says: counts[1] >= counts[0] ? backward : forward }];
}

/** From the first turned letter to the last, and on over words that hold none but symmetric letters. */
function boundsOf(text: string): { start: number; end: number } | undefined {
  let count = 0;
  let first = -1;
  let last = -1;
  const words = wordsOf(text);
  const canTurn = words.map(({ start, end }) => {
    let isAll = true;
    let has = false;
    for (let at = start; at < end; at += width(pointAt(text, at))) {
      const point = pointAt(text, at);
      if (!all.has(point)) isAll = false;
      if (!plain.has(point)) continue;
      has = true;
      count += 1;
    }
    return { isAll, has };
  });
  for (const [i, { isAll, has }] of canTurn.entries()) {
    if (!has || !isAll) continue;
    if (first < 0) first = i;
    last = i;
  }
  if (first < 0 || count < leastTurned) return undefined;
  while (first > 0 && canTurn[first - 1].isAll) first -= 1;
  while (last + 1 < words.length && canTurn[last + 1].isAll) last += 1;
  return { start: words[first].start, end: words[last].end };
}

function turn(text: string, { start, end }: { start: number; end: number }, fromRight: boolean): Mapped {
  const places: number[] = [];
  for (let at = start; at < end; at += width(pointAt(text, at))) places.push(at);
  if (fromRight) places.reverse();
  const builder = new MappedBuilder(end - start);
  for (const at of places) {
    const point = pointAt(text, at);
    builder.push(all.get(point) ?? String.fromCodePoint(point), at, at + width(point));
  }
  return builder.build();
}

function commonWordsIn(text: string): number {
  return wordsOf(text).filter(({ start, end }) => end - start > 2 && isCommonWord(text.slice(start, end))).length;
}

function tableOf(source: Readonly<Record<string, string>>): Map<number, string> {
  return new Map(Object.entries(source).map(([from, to]) => [pointAt(from, 0), to]));
}
