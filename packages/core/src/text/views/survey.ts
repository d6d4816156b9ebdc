/** One quick look at a text, to tell which encodings it can hold at all: plain English costs this and little more. */

import { commonWords } from './common-words.ts';

/** What was seen. */
export interface Survey {
  /** Digits 0 to 9. */
  readonly digits: number;
  /** Length of the longest run of base64 characters. */
  readonly longestRun: number;
  /** Most single ASCII letters in a row, each a word of its own. */
  readonly singles: number;
  /** Whether a digit or a sign stands beside a letter. */
  readonly mixed: boolean;
  /** Dots, dashes, and underlines that stand beside a space or another one. */
  readonly dashes: number;
  /** ASCII words of three letters and more. */
  readonly words: WordList;
}

/** Words by place, and whether each is common as it stands (1), in ROT13 (2), or reversed (4). */
export interface WordList {
  readonly count: number;
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
  readonly common: Uint8Array;
}

export const asItStands = 1;
export const inRot13 = 2;
export const inReverse = 4;

/** Longer words are in no list. */
const longestWord = 16;

/** Classes of ASCII characters: letters and digits carry base64, as do four signs. */
const none = 0;
const letter = 1;
const digit = 2;
const leetSign = 3;
const dash = 4;
const base64Sign = 5;
const classes: Uint8Array = classesOfAscii();

export function survey(text: string): Survey {
  let capacity = 64 + (text.length >> 3);
  let starts = new Uint32Array(capacity);
  let ends = new Uint32Array(capacity);
  let common = new Uint8Array(capacity);
  let count = 0;
  let digits = 0;
  let longestRun = 0;
  let runStart = 0;
  let singles = 0;
  let singlesNow = 0;
  let mixed = false;
  let dashes = 0;
  let before = none;
  for (let at = 0; at < text.length; ) {
    const unit = text.charCodeAt(at);
    const kind = unit < 0x80 ? classes[unit] : none;
    if (kind === letter) {
      const end = hashWord(text, at);
      if (before === digit || before === leetSign) mixed = true;
      if (end - at === 1) {
        singlesNow += 1;
        if (singlesNow > singles) singles = singlesNow;
      } else {
        singlesNow = 0;
        if (end - at > 2) {
          if (count === capacity) {
            capacity *= 2;
            starts = grown(starts, new Uint32Array(capacity));
            ends = grown(ends, new Uint32Array(capacity));
            common = grown(common, new Uint8Array(capacity));
          }
          starts[count] = at;
          ends[count] = end;
          if (end - at <= longestWord) common[count] = lookUp();
          count += 1;
        }
      }
      at = end;
      before = letter;
      continue;
    }
    if (kind === digit) digits += 1;
    if ((kind === digit || kind === leetSign) && before === letter) mixed = true;
    if (kind === dash && (before === none || before === dash)) dashes += 1;
    if (kind === none || kind === leetSign || unit === 0x2e) {
      if (at - runStart > longestRun) longestRun = at - runStart;
      runStart = at + 1;
    }
    before = kind;
    at += 1;
  }
  longestRun = Math.max(longestRun, text.length - runStart);
  return { digits, longestRun, singles, mixed, dashes, words: { count, starts, ends, common } };
}

/** Polynomial hashes of the word last read, modulo 2^32: as it stands, in ROT13, and from its end. */
let forward = 0;
let moved = 0;
let backward = 0;
const base = 0x01000193;

function hashWord(text: string, start: number): number {
  forward = 0;
  moved = 0;
  backward = 0;
  let power = 1;
  let at = start;
  for (; at < text.length; at += 1) {
    const lower = text.charCodeAt(at) | 0x20;
    if (lower < 0x61 || lower > 0x7a) break;
    forward = (Math.imul(forward, base) + lower) | 0;
    moved = (Math.imul(moved, base) + (lower < 0x6e ? lower + 13 : lower - 13)) | 0;
    backward = (backward + Math.imul(lower, power)) | 0;
    power = Math.imul(power, base);
  }
  return at;
}

/** Open addressing over the hashes of the common words. A chance hit, once in a million words, costs nothing but time. */
const slots = 0x8000;
let table: Int32Array | undefined;

function lookUp(): number {
  table ??= tableOfWords();
  return (
    (holds(table, forward) ? asItStands : 0) |
    (holds(table, moved) ? inRot13 : 0) |
    (holds(table, backward) ? inReverse : 0)
  );
}

function holds(hashes: Int32Array, hash: number): boolean {
  for (let slot = (hash ^ (hash >>> 15)) & (slots - 1); hashes[slot] !== 0; slot = (slot + 1) & (slots - 1)) {
    if (hashes[slot] === hash) return true;
  }
  return false;
}

function tableOfWords(): Int32Array {
  const hashes = new Int32Array(slots);
  for (const word of commonWords.split(' ')) {
    if (hashWord(word, 0) !== word.length) continue;
    let slot = (forward ^ (forward >>> 15)) & (slots - 1);
    while (hashes[slot] !== 0) slot = (slot + 1) & (slots - 1);
    hashes[slot] = forward;
  }
  return hashes;
}

function classesOfAscii(): Uint8Array {
  const table = new Uint8Array(0x80);
  for (let unit = 0; unit < 26; unit += 1) table[0x41 + unit] = table[0x61 + unit] = letter;
  for (let unit = 0x30; unit < 0x3a; unit += 1) table[unit] = digit;
  for (const sign of '@$!|') table[sign.charCodeAt(0)] = leetSign;
  for (const sign of '.-_') table[sign.charCodeAt(0)] = dash;
  for (const sign of '+/') table[sign.charCodeAt(0)] = base64Sign;
  return table;
}

function grown<T extends Uint32Array | Uint8Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
