/** The text as a person reads it: what is invisible, stacked, spelled out or made of look-alikes becomes plain words. */

import { plainAccents } from './accents.ts';
import { applyDeletions } from './deletions.ts';
import { plainLookAlikes } from './look-alikes.ts';
import { compose, type Mapped } from './mapped.ts';
import { joinSpelled, splitJoined } from './spelled.ts';
import { plainCharacters } from './visible.ts';
import { isCommonWord, wordsOf } from './words.ts';

/** A step gives undefined when it would change nothing. It adds the names of what it undid to `techniques`. */
export type Step = (text: string, techniques: Set<string>) => Mapped | undefined;

export interface Readable {
  readonly mapped: Mapped;
  /** Whether words come to light; full-width punctuation, joiners, and accents change characters, not words. */
  readonly reveals: boolean;
  readonly techniques: readonly string[];
}

const steps: readonly Step[] = [
  applyDeletions,
  plainCharacters,
  joinSpelled,
  plainLookAlikes,
  plainAccents,
  splitJoined,
];

/** The text as a person reads it, or undefined when that is the text itself. */
export function readable(text: string): Readable | undefined {
  const techniques = new Set<string>();
  let mapped: Mapped | undefined;
  for (const step of steps) {
    const next: Mapped | undefined = step(mapped?.text ?? text, techniques);
    if (next !== undefined) mapped = mapped === undefined ? next : compose(mapped, next);
  }
  if (mapped === undefined || mapped.text === text) return undefined;
  return { mapped, techniques: [...techniques], reveals: revealsWords(text, mapped) };
}

/**
 * Words of no list count by number: so many spelled out, or so many of mixed scripts. Fewer are acronyms (S.M.A.R.T.),
 * product names, and formulas.
 */
const manySpelled = 4;
const manyMixed = 3;

/** Whether words of three letters or more come to light in `mapped`: they are written otherwise in `source`. */
export function revealsWords(source: string, mapped: Mapped): boolean {
  const spelled = new Set<string>();
  const mixed = new Set<string>();
  for (const { start, end } of wordsOf(mapped.text)) {
    if (end - start < 2) continue;
    const word = mapped.text.slice(start, end);
    const written = source.slice(mapped.starts[start], mapped.ends[end - 1]);
    if (written === word || isLigature(written, word)) continue;
    if (isSpelled(written)) {
      if (/^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]{6,}$/u.test(word)) return true;
      const isCommon = end - start > 2 && isCommonWord(word);
      if (!isCommon && !hasShapeOfWord(word)) continue;
      spelled.add(word);
      if (spelled.size >= manySpelled || (isCommon && spelled.size > 1)) return true;
    } else if (end - start > 2 && (isCommonWord(word) || isForeignWord(word, written))) return true;
    else if (end - start > 3 && isMixed(written)) {
      mixed.add(word);
      if (mixed.size >= manyMixed) return true;
    }
  }
  return false;
}

/** Typesetting, not disguise: `ﬁle`. */
function isLigature(written: string, word: string): boolean {
  return /[ﬀ-ﬆ]/.test(written) && written.replace(/[ﬀ-ﬆ]/g, (l) => l.normalize('NFKC')) === word;
}

/** One letter, then a space or a sign, then more. */
function isSpelled(written: string): boolean {
  return /^\p{L}\p{M}*[ -/:-@[-`{-~]/u.test(written);
}

/** Not the variables, options, and indices that stand alone in formulas, tables, and code. */
function hasShapeOfWord(word: string): boolean {
  return /\P{ASCII}/u.test(word) || (word.length > 3 && /[a-z]{2}/.test(word) && /[aeiouy]/i.test(word));
}

function isMixed(written: string): boolean {
  return /\p{Script=Latin}/u.test(written) && /[\p{Script=Cyrillic}\p{Script=Greek}]/u.test(written);
}

/**
 * For languages that the word list does not hold: a word that was written in ASCII (an escape, an encoding), one with
 * Latin letters in a Cyrillic word, one with an invisible character between all letters, or Chinese spelled out.
 */
function isForeignWord(word: string, written: string): boolean {
  if (!/^[\p{L}\p{M}]+$/u.test(word) || /\p{Script=Latin}/u.test(word)) return false;
  if (!/\P{ASCII}/u.test(written)) return true;
  if (written.replace(/[\u200b\u2060-\u2064\ufeff\u00ad]/g, '').length <= written.length - word.length + 1) return true;
  return /^\p{Script=Cyrillic}{4,}$/u.test(word) && /\p{Script=Latin}|\p{Default_Ignorable_Code_Point}/u.test(written);
}
