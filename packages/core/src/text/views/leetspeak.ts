/** Digits and signs in the place of letters: `1gn0r3 4ll pr3v10u5 1n57ruc710n5`. */

import { isAsciiDigit, isAsciiLetter } from './characters.ts';
import { MappedBuilder, type Reading } from './mapped.ts';
import { isCommonWord } from './words.ts';

const letters: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'i',
  '2': 'z',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '6': 'g',
  '7': 't',
  '8': 'b',
  '9': 'g',
  '@': 'a',
  $: 's',
  '!': 'i',
  '|': 'l',
  '+': 't',
  '€': 'e',
};

/** So many different words must come to light: `c0de` or `w0rld` alone is a name, or a joke. */
const leastWords = 2;
/** And this share of the words that mix letters and digits; identifiers and model numbers stay below. */
const revealedShare = 0.4;
const longestWord = 24;

export function readLeetspeak(text: string): Reading[] {
  if (!/[A-Za-z][0-9@$!|+€]|[0-9@$!|+€][A-Za-z]/.test(text)) return [];
  const mixed: { start: number; end: number; word: string }[] = [];
  const revealed = new Set<string>();
  let revealedCount = 0;
  let mixedCount = 0;
  for (let at = 0; at < text.length; ) {
    if (!isPart(text, at)) {
      at += 1;
      continue;
    }
    let end = at;
    let hasLetter = false;
    let hasOther = false;
    for (; end < text.length && isPart(text, end); end += 1) {
      if (isAsciiLetter(text.charCodeAt(end))) hasLetter = true;
      else hasOther = true;
    }
    if (hasOther && end - at <= longestWord) {
      const { word, wordEnd } = plain(text, at, end);
      const isRevealed =
        hasLetter && word.length > 2 && wordEnd > at && hasDigitIn(text, at, wordEnd) && isCommonWord(word);
      if (hasLetter) mixedCount += 1;
      if (isRevealed) {
        revealed.add(word);
        revealedCount += 1;
      }
      // Numbers are words too (`70` is to, `4` is a), once the text is known to be leetspeak.
      if (hasLetter || (isCommonWord(word) && word.length < 4) || word === 'a')
        mixed.push({ start: at, end: wordEnd, word });
    }
    at = end;
  }
  if (revealed.size < leastWords || revealedCount < revealedShare * mixedCount) return [];
  return mixed.map(({ start, end, word }) => {
    const builder = new MappedBuilder(end - start);
    for (let i = 0; i < word.length; i += 1) builder.push(word[i], start + i, start + i + 1);
    return { start, end, says: builder.build() };
  });
}

/** `1` is i or l, whichever gives a word; signs at the end are punctuation if that gives one. */
function plain(text: string, start: number, end: number): { word: string; wordEnd: number } {
  let wordEnd = end;
  while (wordEnd > start + 1 && '!|+'.includes(text[wordEnd - 1])) wordEnd -= 1;
  for (const last of wordEnd === end ? [end] : [end, wordEnd]) {
    const word = spell(text.slice(start, last), 'i');
    if (isCommonWord(word)) return { word, wordEnd: last };
    const other = spell(text.slice(start, last), 'l');
    if (isCommonWord(other)) return { word: other, wordEnd: last };
    const either = spellEither(text.slice(start, last));
    if (either !== undefined) return { word: either, wordEnd: last };
  }
  return { word: spell(text.slice(start, wordEnd), 'i'), wordEnd };
}

function spell(word: string, one: string): string {
  let spelled = '';
  for (const character of word)
    spelled += character === '1' || character === '!' ? one : (letters[character] ?? character);
  return spelled;
}

/** More than this many ones in a word are not tried in every combination (CWE-407). */
const mostOnes = 4;

function spellEither(word: string): string | undefined {
  const ones = [...word].filter((c) => c === '1').length;
  if (ones < 2 || ones > mostOnes) return undefined;
  for (let choice = 1; choice < 2 ** ones - 1; choice += 1) {
    let seen = 0;
    let spelled = '';
    for (const c of word) spelled += c === '1' ? ((choice >> seen++) & 1 ? 'l' : 'i') : (letters[c] ?? c);
    if (isCommonWord(spelled)) return spelled;
  }
  return undefined;
}

function hasDigitIn(text: string, start: number, end: number): boolean {
  for (let at = start; at < end; at += 1) if (!isAsciiLetter(text.charCodeAt(at))) return true;
  return false;
}

function isPart(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  return isAsciiLetter(unit) || isAsciiDigit(unit) || '@$!|+€'.includes(text[at]);
}
