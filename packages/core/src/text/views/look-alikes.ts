/** Letters of one script that stand in for those of another: UTS #39 look-alikes inside words. */

import {
  cyrillic,
  isAsciiLetter,
  isEnclosedLetter,
  isLetter,
  kindOf,
  latin,
  mark,
  pointAt,
  width,
} from './characters.ts';
import { confusables, resembling } from './confusables.ts';
import { type Mapped, MappedBuilder } from './mapped.ts';
import { isCommonWord } from './words.ts';

const exact: Map<number, string> = tableOf(confusables);
const loose: Map<number, string> = tableOf(resembling);

/** Latin letters that look Cyrillic, for Cyrillic words with Latin letters mixed in. */
const toCyrillic: ReadonlyMap<string, string> = pairUp('aceopxyijsABCEHIJKMOPSTXYkmt', 'асеорхуіјѕАВСЕНІЈКМОРЅТХУкмт');

/** The ASCII letter or digit that a character looks like. */
export function lookAlike(point: number): string | undefined {
  return exact.get(point) ?? loose.get(point);
}

/**
 * Rewrites words that mix scripts in the script that all of their letters resemble, and words of another script that spell
 * a common English word within Latin text. Words that no one script can spell are left: Latin and Cyrillic side by side
 * in `iPhone'ом`, or α in a formula.
 */
export function plainLookAlikes(text: string, techniques: Set<string>): Mapped | undefined {
  if (!/[\u0250-\uffff]/.test(text)) return undefined;
  const builder = new MappedBuilder(text.length);
  let changed = false;
  let copied = 0;
  let latinLetters = 0;
  for (let at = 0; at < text.length; ) {
    const point = pointAt(text, at);
    if (!isWordPart(point)) {
      at += width(point);
      continue;
    }
    const word = readWord(text, at);
    latinLetters += word.latinCount;
    const rewrite = word.foreign === 0 ? undefined : rewriting(text, word, latinLetters);
    if (rewrite !== undefined) {
      builder.copy(text, copied, word.start);
      for (let i = word.start; i < word.end; ) {
        const letter = pointAt(text, i);
        builder.push(rewrite(letter) ?? text.slice(i, i + width(letter)), i, i + width(letter));
        i += width(letter);
      }
      copied = word.end;
      changed = true;
      techniques.add('homoglyphs');
    }
    at = word.end;
  }
  if (!changed) return undefined;
  builder.copy(text, copied, text.length);
  return builder.build();
}

interface MixedWord {
  readonly start: number;
  readonly end: number;
  readonly latinCount: number;
  readonly cyrillicCount: number;
  /** Characters that are neither Latin letters nor marks. */
  readonly foreign: number;
  /** Of these, characters that look like no Latin letter. */
  readonly unlike: number;
  /** Of these, characters that resemble one but are no look-alikes of UTS #39. */
  readonly resembling: number;
  /** Latin letters that look like no Cyrillic letter. */
  readonly latinOnly: number;
}

function readWord(text: string, start: number): MixedWord {
  const word = {
    start,
    end: start,
    latinCount: 0,
    cyrillicCount: 0,
    foreign: 0,
    unlike: 0,
    resembling: 0,
    latinOnly: 0,
  };
  while (word.end < text.length) {
    const point = pointAt(text, word.end);
    if (!isWordPart(point)) break;
    const kind = kindOf(point);
    if (kind === latin) {
      word.latinCount += 1;
      if (!toCyrillic.has(String.fromCodePoint(point))) word.latinOnly += 1;
    } else if (kind !== mark) {
      word.foreign += 1;
      if (kind === cyrillic) word.cyrillicCount += 1;
      if (!exact.has(point)) word[loose.has(point) ? 'resembling' : 'unlike'] += 1;
    }
    word.end += width(point);
  }
  return word;
}

type Rewrite = (point: number) => string | undefined;

function rewriting(text: string, word: MixedWord, latinLetters: number): Rewrite | undefined {
  const toLatin: Rewrite = (point) => (kindOf(point) === latin ? undefined : lookAlike(point));
  if (word.unlike === 0) {
    const spelled = Array.from(text.slice(word.start, word.end), (c) => toLatin(pointAt(c, 0)) ?? c).join('');
    if (word.latinCount > 0 && (word.resembling === 0 || isCommonWord(spelled))) return toLatin;
    // A word with no Latin letter at all must spell a word and stand in Latin text, or be of enclosed letters.
    if (word.latinCount === 0 && isCommonWord(spelled) && spelled.length > 2) {
      const isEnclosed = isEnclosedLetter(pointAt(text, word.start));
      if (isEnclosed || (word.resembling === 0 && latinLetters > word.foreign)) return toLatin;
    }
  }
  if (word.latinCount === 0 || word.latinOnly > 0 || word.cyrillicCount < word.latinCount) return undefined;
  return (point) => toCyrillic.get(String.fromCodePoint(point));
}

/** Letters and marks, and the signs that look like letters. */
function isWordPart(point: number): boolean {
  if (point < 0x80) return isAsciiLetter(point);
  const kind = kindOf(point);
  return isLetter(kind) || kind === mark || lookAlike(point) !== undefined;
}

function tableOf(source: Readonly<Record<string, string>>): Map<number, string> {
  const table = new Map<number, string>();
  for (const [plain, characters] of Object.entries(source)) {
    for (const character of characters) table.set(pointAt(character, 0), plain);
  }
  return table;
}

function pairUp(from: string, to: string): Map<string, string> {
  return new Map(Array.from(from, (c, i) => [c, to[i]]));
}
