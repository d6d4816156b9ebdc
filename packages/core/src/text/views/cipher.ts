/** Finds stretches of a text whose words are common words only after a cipher is undone. */

import { isAsciiLetter } from './characters.ts';
import { asItStands, type WordList } from './survey.ts';
import { isCommonWord } from './words.ts';

export interface Stretch {
  start: number;
  end: number;
}

/** So many words in a row that stay unknown end a stretch. */
const longestGap = 6;
/** A stretch shows different words of so many letters together, one of them longer than most that meet by chance. */
const leastLetters = 9;
const leastLongest = 4;
/** Of the words in a stretch that mean nothing as they stand, this share must become common words. */
const revealedShare = 0.5;
/** And there are at most this many words that mean something as they stand for each of those. */
const plainShare = 0.34;

/** Counts of words of three letters and more; shorter ones say nothing either way: `or` is ROT13 of `be`. */
interface Candidate extends Stretch {
  readonly revealed: Set<string>;
  revealedCount: number;
  unknown: number;
  plain: number;
  /** Words since the last revealed one, and how many of them were plain or unknown. */
  gap: number;
  gapPlain: number;
  gapUnknown: number;
}

/** Stretches of ASCII words, in order, that are common words in the cipher only. */
export function findCipher(text: string, { count, starts, ends, common }: WordList, cipher: number): Stretch[] {
  const found: Stretch[] = [];
  let current: Candidate | undefined;
  for (let i = 0; i < count; i += 1) {
    const isPlain = (common[i] & asItStands) !== 0;
    if (!isPlain && (common[i] & cipher) !== 0) {
      current ??= newCandidate(starts[i]);
      take(current, text.slice(starts[i], ends[i]), ends[i]);
    } else if (current !== undefined) {
      current.gap += isPlain ? 2 : 1;
      if (isPlain) current.gapPlain += 1;
      else current.gapUnknown += 1;
      if (current.gap > longestGap) {
        if (isCipher(current)) found.push(current);
        current = undefined;
      }
    }
  }
  if (current !== undefined && isCipher(current)) found.push(current);
  let low = 0;
  return found.map((stretch, i) => {
    const wide = widen(text, stretch, low, found[i + 1]?.start ?? text.length);
    low = wide.end;
    return wide;
  });
}

function newCandidate(start: number): Candidate {
  const counts = { revealedCount: 0, unknown: 0, plain: 0, gap: 0, gapPlain: 0, gapUnknown: 0 };
  return { start, end: start, revealed: new Set(), ...counts };
}

function take(candidate: Candidate, word: string, end: number): void {
  candidate.revealed.add(word.toLowerCase());
  candidate.revealedCount += 1;
  candidate.unknown += candidate.gapUnknown;
  candidate.plain += candidate.gapPlain;
  candidate.gap = 0;
  candidate.gapPlain = 0;
  candidate.gapUnknown = 0;
  candidate.end = end;
}

function isCipher({ revealed, revealedCount, unknown, plain }: Candidate): boolean {
  if (revealed.size < 2 || plain > plainShare * revealedCount) return false;
  let letters = 0;
  let longest = 0;
  for (const word of revealed) {
    letters += word.length;
    longest = Math.max(longest, word.length);
  }
  return (
    letters >= leastLetters && longest >= leastLongest && revealedCount >= revealedShare * (revealedCount + unknown)
  );
}

function endOfWord(text: string, start: number): number {
  let end = start + 1;
  while (end < text.length && isAsciiLetter(text.charCodeAt(end))) end += 1;
  return end;
}

/** Takes in the words beside a stretch that mean nothing as they stand, and the signs around them, on the same line. */
function widen(text: string, { start, end }: Stretch, low: number, high: number): Stretch {
  let from = start;
  for (let at = start - 1; at >= low && text[at] !== '\n'; at -= 1) {
    if (!isAsciiLetter(text.charCodeAt(at))) continue;
    let wordStart = at;
    while (wordStart > low && isAsciiLetter(text.charCodeAt(wordStart - 1))) wordStart -= 1;
    if (isCommonWord(text.slice(wordStart, at + 1))) break;
    from = wordStart;
    at = wordStart;
  }
  let to = end;
  for (let at = end; at < high && text[at] !== '\n'; at += 1) {
    if (!isAsciiLetter(text.charCodeAt(at))) continue;
    const wordEnd = Math.min(high, endOfWord(text, at));
    if (isCommonWord(text.slice(at, wordEnd))) break;
    to = wordEnd;
    at = wordEnd;
  }
  return { start: from, end: to };
}
