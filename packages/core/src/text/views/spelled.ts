/** Words spelled out letter by letter: `i g n o r e`, `i-g-n-o-r-e`, `i.g.n.o.r.e`. */

import { isEnclosedLetter, isLetter, kindOf, mark, pointAt, width } from './characters.ts';
import { type Mapped, MappedBuilder } from './mapped.ts';
import { segment } from './word-segments.ts';
import { isCommonWord, wordsOf } from './words.ts';

/** Fewer single letters are initials, options, or variables. */
const leastLetters = 4;
/** Longer strings between letters are no spelling. */
const longestSeparator = 6;

interface Spelled {
  /** Bounds of the letters, two numbers each. */
  readonly letters: number[];
  readonly end: number;
}

/** Joins letters that stand alone with the same separator between them; another separator ends the word. */
export function joinSpelled(text: string, techniques: Set<string>): Mapped | undefined {
  if (!/[A-Za-z]([^A-Za-z0-9\n]{1,6})[A-Za-z]\1[A-Za-z](?![A-Za-z])|[\u0080-\uffff]/.test(text)) return undefined;
  const builder = new MappedBuilder(text.length);
  let copied = 0;
  for (let at = 0; at < text.length; ) {
    const spelled = readSpelled(text, at);
    if (spelled.letters.length >= 2 * leastLetters) {
      const separator = commonSeparator(text, spelled.letters);
      if (separator !== undefined) {
        builder.copy(text, copied, spelled.letters[0]);
        join(builder, text, spelled.letters, separator);
        copied = spelled.letters[spelled.letters.length - 1];
      }
    }
    at = spelled.end;
  }
  if (copied === 0) return undefined;
  builder.copy(text, copied, text.length);
  techniques.add('spacing');
  return builder.build();
}

/** Reads from a word's beginning on: the letters that stand alone, up to the first word that has more than one. */
function readSpelled(text: string, start: number): Spelled {
  const letters: number[] = [];
  let at = start;
  while (at < text.length) {
    const wordEnd = endOfWord(text, at);
    if (wordEnd > at) {
      const first = pointAt(text, at);
      const isSingle =
        (isLetter(kindOf(first)) || isEnclosedLetter(first)) && endOfMarks(text, at + width(first)) === wordEnd;
      if (!isSingle) return { letters, end: wordEnd };
      letters.push(at, wordEnd);
      at = wordEnd;
    }
    const separatorEnd = endOfSeparator(text, at);
    if (separatorEnd - at > longestSeparator || (letters.length > 0 && text.slice(at, separatorEnd).includes('\n'))) {
      return { letters, end: separatorEnd };
    }
    at = separatorEnd;
  }
  return { letters, end: text.length };
}

function isWordPart(point: number): boolean {
  const kind = kindOf(point);
  return isLetter(kind) || kind === mark || isEnclosedLetter(point) || (point >= 0x30 && point <= 0x39);
}

function endOfWord(text: string, at: number): number {
  let end = at;
  while (end < text.length) {
    const point = pointAt(text, end);
    if (!isWordPart(point)) break;
    end += width(point);
  }
  return end;
}

function endOfMarks(text: string, at: number): number {
  let end = at;
  while (end < text.length && kindOf(pointAt(text, end)) === mark) end += width(pointAt(text, end));
  return end;
}

function endOfSeparator(text: string, at: number): number {
  let end = at;
  while (end < text.length) {
    const point = pointAt(text, end);
    if (isWordPart(point)) break;
    end += width(point);
  }
  return end;
}

/** The separator that most letters have after them, if it joins enough of them. */
function commonSeparator(text: string, letters: readonly number[]): string | undefined {
  const counts = new Map<string, number>();
  for (let i = 1; i + 1 < letters.length; i += 2) {
    const separator = text.slice(letters[i], letters[i + 1]);
    counts.set(separator, (counts.get(separator) ?? 0) + 1);
  }
  let best: string | undefined;
  for (const [separator, n] of counts) if (best === undefined || n > (counts.get(best) as number)) best = separator;
  return best !== undefined && (counts.get(best) as number) >= leastLetters - 1 ? best : undefined;
}

function join(builder: MappedBuilder, text: string, letters: readonly number[], separator: string): void {
  for (let i = 0; i < letters.length; i += 2) {
    builder.copy(text, letters[i], letters[i + 1]);
    if (i + 2 >= letters.length) break;
    const between = text.slice(letters[i + 1], letters[i + 2]);
    if (between !== separator) builder.push(wordBreak(between), letters[i + 1], letters[i + 2]);
  }
}

function wordBreak(between: string): string {
  const sign = between.trim().replaceAll('_', '');
  return sign === "'" || sign === '-' ? sign : `${sign} `;
}

/** Spaces between words that were spelled out without any: `ignoreallprevious` from `i g n o r e a l l p r e v i o u s`. */
export function splitJoined(text: string, techniques: Set<string>): Mapped | undefined {
  if (!techniques.has('spacing') && !techniques.has('zero-width')) return undefined;
  const builder = new MappedBuilder(text.length);
  let copied = 0;
  for (const { start, end } of wordsOf(text)) {
    if (end - start < 9 || isCommonWord(text.slice(start, end))) continue;
    for (const at of segment(text.slice(start, end))) {
      builder.copy(text, copied, start + at);
      builder.push(' ', start + at, start + at);
      copied = start + at;
    }
  }
  if (copied === 0) return undefined;
  builder.copy(text, copied, text.length);
  return builder.build();
}
