/** Whether a text reads as words: the test that keeps chance decodings of hashes, identifiers and images out. */

import { cjk, cyrillic, digit, invisible, isLetter, kindOf, latin, mark, pointAt, space, width } from './characters.ts';
import { commonWords } from './common-words.ts';

const known: Set<string> = new Set(commonWords.split(' '));

/** Length of the longest common word; longer strings are not looked up. */
const longestWord = 16;

/** True for a common word, in any case. */
export function isCommonWord(word: string): boolean {
  return word.length <= longestWord && word.length > 1 && known.has(word.toLowerCase());
}

/**
 * True when most of a decoded text is letters and spaces, and these form words: common ones, or, in languages that the
 * list does not hold, strings with the shape of words.
 */
export function isMostlyWords(text: string): boolean {
  const counts = count(text);
  if (counts.hidden > 0 || counts.letters < 4) return false;
  if (counts.letters + counts.spaces < 0.65 * counts.points) return false;
  if (counts.latin < 0.5 * counts.letters) return isOneScript(counts);
  return counts.inCommonWords >= 0.4 * counts.latin || hasShapeOfWords(counts);
}

interface Counts {
  points: number;
  letters: number;
  latin: number;
  /** Letters of the commonest group of scripts that is not Latin. */
  ofOneScript: number;
  vowels: number;
  spaces: number;
  hidden: number;
  words: number;
  inCommonWords: number;
}

function count(text: string): Counts {
  const counts = {
    points: 0,
    letters: 0,
    latin: 0,
    ofOneScript: 0,
    vowels: 0,
    spaces: 0,
    hidden: 0,
    words: 0,
    inCommonWords: 0,
  };
  const scripts = new Map<number, number>();
  let wordStart = -1;
  for (let at = 0; at < text.length; ) {
    const point = pointAt(text, at);
    const kind = kindOf(point);
    const inWord = isLetter(kind) || kind === mark;
    counts.points += 1;
    if (inWord) {
      counts.letters += 1;
      if (kind === latin) counts.latin += 1;
      else scripts.set(scriptGroup(kind, point), (scripts.get(scriptGroup(kind, point)) ?? 0) + 1);
      if (isVowel(point)) counts.vowels += 1;
      if (wordStart < 0) wordStart = at;
    } else if (kind === space) counts.spaces += 1;
    else if (kind === invisible) counts.hidden += 1;
    const next = at + width(point);
    if (wordStart >= 0 && (!inWord || next >= text.length)) {
      const word = text.slice(wordStart, inWord ? next : at);
      counts.words += 1;
      if (word.length > 2 && isCommonWord(word)) counts.inCommonWords += word.length;
      wordStart = -1;
    }
    at = next;
  }
  counts.ofOneScript = Math.max(0, ...scripts.values());
  return counts;
}

/** Letters of other scripts fall into blocks of 256 code points, close enough to tell a language from noise. */
function scriptGroup(kind: number, point: number): number {
  if (kind === cjk || kind === cyrillic) return kind;
  // Hangul syllables fill many blocks.
  if (point >= 0xac00 && point <= 0xd7a3) return 0xac00;
  return point & ~0xff;
}

function isOneScript({ letters, ofOneScript }: Counts): boolean {
  return ofOneScript >= 0.8 * letters;
}

function hasShapeOfWords({ points, letters, spaces, words, vowels }: Counts): boolean {
  if (words < 3 || spaces < words - 2 || letters + spaces < 0.85 * points) return false;
  const mean = letters / words;
  return mean >= 2.5 && mean <= 12 && vowels >= 0.25 * letters && vowels <= 0.7 * letters;
}

function isVowel(point: number): boolean {
  return point < 0x80 ? 'aeiouyAEIOUY'.includes(String.fromCharCode(point)) : kindOf(point) === latin;
}

/** Bounds of a word in its text. */
export interface Word {
  readonly start: number;
  readonly end: number;
}

/** Every maximal run of letters, marks, and digits, with its bounds. */
export function wordsOf(text: string): Word[] {
  const list: Word[] = [];
  let start = -1;
  for (let at = 0; at < text.length; ) {
    const point = pointAt(text, at);
    const kind = kindOf(point);
    const inWord = isLetter(kind) || kind === mark || kind === digit;
    if (inWord && start < 0) start = at;
    if (!inWord && start >= 0) {
      list.push({ start, end: at });
      start = -1;
    }
    at += width(point);
  }
  if (start >= 0) list.push({ start, end: text.length });
  return list;
}
