/** Accents strewn over English: taken off where English words come to light, left where a language writes them. */

import { isAsciiLetter, kindOf, latin, mark, pointAt, width } from './characters.ts';
import { lookAlike } from './look-alikes.ts';
import { type Mapped, MappedBuilder } from './mapped.ts';
import { isCommonWord, wordsOf } from './words.ts';

/**
 * Of the different words with accents, this share must be common words without them. French, Vietnamese, and Yoruba stay far
 * below; `Ígnörè áll prévïous` is above.
 */
const revealedShare = 0.5;
const leastRevealed = 2;
/** In code units; with two marks on every letter, a word of 21 letters. */
const longestWord = 64;
/** Two such words may be names that two languages share: then nearly all must be common. */
const many = 3;
const shareOfFew = 0.8;

/** Latin letters without accents, strokes, and phonetic forms, when that brings English words to light. */
export function plainAccents(text: string, techniques: Set<string>): Mapped | undefined {
  if (!/\P{ASCII}/u.test(text)) return undefined;
  const builder = new MappedBuilder(text.length);
  const accented = new Set<string>();
  const revealed = new Set<string>();
  let copied = 0;
  for (const { start, end } of wordsOf(text)) {
    if (end - start > longestWord) continue;
    const plain = withoutAccents(text, start, end);
    if (plain === undefined) continue;
    builder.copy(text, copied, start);
    builder.append(plain);
    copied = end;
    if (plain.text.length < 3) continue;
    accented.add(plain.text.toLowerCase());
    if (isCommonWord(plain.text) && !isCommonWord(text.slice(start, end))) revealed.add(plain.text.toLowerCase());
  }
  if (
    revealed.size < leastRevealed ||
    revealed.size < (revealed.size < many ? shareOfFew : revealedShare) * accented.size
  )
    return undefined;
  builder.copy(text, copied, text.length);
  techniques.add('diacritics');
  return builder.build();
}

/** The word in ASCII letters, or undefined when it is so already or holds others than Latin ones. */
function withoutAccents(text: string, start: number, end: number): Mapped | undefined {
  let plain: MappedBuilder | undefined;
  for (let at = start; at < end; ) {
    const point = pointAt(text, at);
    const next = at + width(point);
    if (point < 0x80) plain?.copy(text, at, next);
    else {
      const kind = kindOf(point);
      if (kind !== latin && kind !== mark) return undefined;
      if (plain === undefined) {
        plain = new MappedBuilder(end - start);
        plain.copy(text, start, at);
      }
      if (kind === latin) plain.push(plainLetter(point), at, next);
    }
    at = next;
  }
  return plain?.build();
}

const plainLetters: Map<number, string> = new Map();

function plainLetter(point: number): string {
  let plain = plainLetters.get(point);
  if (plain === undefined) {
    plain = withoutAccent(point);
    plainLetters.set(point, plain);
  }
  return plain;
}

function withoutAccent(point: number): string {
  const character = String.fromCodePoint(point);
  const first = pointAt(character.normalize('NFD'), 0);
  return isAsciiLetter(first) && first < 0x80 ? String.fromCodePoint(first) : (lookAlike(point) ?? character);
}
