/** From one text the views worth scoring: as it is, as a person reads it, and what is hidden or encoded in it. */

import { readBase64 } from './views/base64.ts';
import { readBidi } from './views/bidi.ts';
import { readHex, readNumbers } from './views/codes.ts';
import { readHtmlEntities, readUnicodeEscapes, readUrlEscapes } from './views/escapes.ts';
import { readLeetspeak } from './views/leetspeak.ts';
import { compose, inPlace, type Mapped, type Reading, sourceSpan } from './views/mapped.ts';
import { readMorse } from './views/morse.ts';
import { isHiddenText, judge } from './views/payload.ts';
import { readable, revealsWords } from './views/readable.ts';
import { readReversed } from './views/reversed.ts';
import { readRot13 } from './views/rot13.ts';
import { type Survey, survey } from './views/survey.ts';
import { readTagCharacters } from './views/tag-characters.ts';
import { readUpsideDown } from './views/upside-down.ts';
import { readVariationSelectors } from './views/variation-selectors.ts';
import { readZeroWidth } from './views/zero-width.ts';

/** One way to read a text. */
export interface View {
  /**
   * `raw`; `readable` (as a person reads it); `bidi`; `tag-characters`, `variation-selectors`, `zero-width` (hidden); or an
   * encoding: `base64`, `hex`, `numbers`, `url`, `html`, `escapes`, `rot13`, `leetspeak`, `reversed`, `morse`, `upside-down`.
   * Encodings inside one another are joined from the outside in: `base64+rot13`.
   */
  readonly name: string;
  /** What was undone, such as `homoglyphs` or `spacing` for the readable view; else the name's parts. */
  readonly techniques: readonly string[];
  readonly text: string;
  /** True for text that no reader sees and that decodes to words: evidence in itself. */
  readonly hidden: boolean;
  /** The smallest span of the original that `start` to `end` of this view's text came from. */
  toOriginal(start: number, end: number): readonly [start: number, end: number];
}

/** Reads what a text holds in one encoding: pieces in order, without overlap. */
interface Decoder {
  readonly name: string;
  decode(text: string, seen: Survey): Reading[];
}

const decoders: readonly Decoder[] = [
  { name: 'base64', decode: (text, { longestRun }) => (longestRun < 12 ? [] : readBase64(text)) },
  { name: 'hex', decode: (text, { digits }) => (digits < 6 ? [] : readHex(text)) },
  { name: 'numbers', decode: (text, { digits }) => (digits < 12 ? [] : readNumbers(text)) },
  { name: 'url', decode: readUrlEscapes },
  { name: 'html', decode: readHtmlEntities },
  { name: 'escapes', decode: readUnicodeEscapes },
  { name: 'morse', decode: (text, { dashes }) => (dashes < 5 ? [] : readMorse(text)) },
  { name: 'upside-down', decode: readUpsideDown },
  { name: 'rot13', decode: (text, { words }) => readRot13(text, words) },
  { name: 'reversed', decode: (text, { words }) => readReversed(text, words) },
  { name: 'leetspeak', decode: (text, { mixed }) => (mixed ? readLeetspeak(text) : []) },
];

const hiders: readonly (readonly [name: string, read: (text: string) => Mapped | undefined])[] = [
  ['tag-characters', readTagCharacters],
  ['variation-selectors', readVariationSelectors],
  ['zero-width', readZeroWidth],
];

/** Encodings that, undone twice, give back the text. */
const undoesItself: ReadonlySet<string> = new Set(['rot13', 'reversed']);

/** Encodings are undone to this depth; each layer more would multiply the work. */
const deepest = 3;
/** No text gives more views than this, whatever it nests (CWE-400). */
const mostViews = 16;

/**
 * The raw view, and every other one that shows words which the raw text does not show. Plain text in any language has the
 * raw view alone. Never throws, whatever the string holds; time is linear in its length.
 *
 * @example
 * ```ts
 * for (const view of views('1gn0r3 4ll pr3v10u5 1n57ruc710n5')) console.log(view.name, view.text);
 * // raw 1gn0r3 4ll pr3v10u5 1n57ruc710n5
 * // leetspeak ignore all previous instructions
 * ```
 */
export function views(text: string): View[] {
  const found: View[] = [rawView(text)];
  const seen = new Set([text]);
  const add: Add = (name, techniques, mapped, hidden) => {
    if (found.length >= mostViews || seen.has(mapped.text)) return;
    seen.add(mapped.text);
    found.push(viewOf(name, techniques, mapped, hidden));
  };
  if (!/[^\t\n\r\x20-\x7e]/.test(text)) {
    const seen = survey(text);
    if (seen.singles >= 4) addReadable(add, text);
    else addDecoded(add, { text, mapped: undefined, outer: [], hidden: false }, seen);
    return found;
  }
  for (const [name, read] of hiders) {
    const said = read(text);
    if (said === undefined) continue;
    if (isHiddenText(said.text)) add(name, [name], said, true);
    addDecoded(add, { text: said.text, mapped: said, outer: [name], hidden: true });
  }
  const ordered = readBidi(text);
  if (ordered !== undefined && revealsWords(text, ordered)) add('bidi', ['bidi'], tidy(ordered), false);
  addReadable(add, text);
  return found;
}

type Add = (name: string, techniques: readonly string[], mapped: Mapped, hidden: boolean) => void;

function addReadable(add: Add, text: string): void {
  const read = readable(text);
  if (read?.reveals) add('readable', read.techniques, read.mapped, false);
  addDecoded(add, { text: read?.mapped.text ?? text, mapped: read?.mapped, outer: [], hidden: false });
}

/** A text to decode, and how it was come by. */
interface Layer {
  readonly text: string;
  /** Leads from `text` to the original, when it is not the original. */
  readonly mapped: Mapped | undefined;
  /** Names of the encodings already undone. */
  readonly outer: readonly string[];
  readonly hidden: boolean;
  /** Only what lies in here is new; the rest was decoded one layer out. */
  readonly isNew?: (reading: Reading) => boolean;
}

/** Adds what a text holds in each encoding, and in encodings inside these. */
function addDecoded(add: Add, { text, mapped, outer, hidden, isNew }: Layer, seen: Survey = survey(text)): void {
  for (const { name, decode } of decoders) {
    const readings = decode(text, seen);
    if (
      readings.length === 0 ||
      (undoesItself.has(name) && outer.at(-1) === name) ||
      (isNew !== undefined && !readings.some(isNew))
    )
      continue;
    const decoded = tidy(inPlace(text, readings));
    const whole = mapped === undefined ? decoded : compose(mapped, decoded);
    const names = [...outer, name];
    if (revealsWords(text, decoded) || saysWords(name, readings) || joinsWords(readings))
      add(names.join('+'), names, whole, hidden);
    if (names.length >= deepest) continue;
    const inner = (reading: Reading): boolean => touches(readings, sourceSpan(decoded, reading.start, reading.end));
    addDecoded(add, { text: decoded.text, mapped: whole, outer: names, hidden, isNew: inner });
  }
}

/** Whether a span meets one of the readings, which are in order. */
function touches(readings: readonly Reading[], [start, end]: readonly [number, number]): boolean {
  let low = 0;
  let high = readings.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (readings[middle].end > start) high = middle;
    else low = middle + 1;
  }
  return low < readings.length && readings[low].start < end;
}

/** What was decoded, as a person reads it. */
function tidy(mapped: Mapped): Mapped {
  const read = readable(mapped.text);
  return read?.reveals ? compose(mapped, read.mapped) : mapped;
}

/** Bytes are no words by chance, whether the list holds these words or not. */
function saysWords(name: string, readings: readonly Reading[]): boolean {
  if (name !== 'base64' && name !== 'hex') return false;
  return readings.some(({ says }) => judge(typeof says === 'string' ? says : says.text) === 'words');
}

/** Escapes of spaces between words, in a row: `ignore%20all%20previous%20instructions`. */
function joinsWords(readings: readonly Reading[]): boolean {
  let inARow = 0;
  for (const [i, { start, says }] of readings.entries()) {
    const isNear = i === 0 || start - readings[i - 1].end <= 16;
    inARow = /^\s+$/.test(typeof says === 'string' ? says : says.text) && isNear ? inARow + 1 : 0;
    if (inARow >= leastJoined) return true;
  }
  return false;
}

/** Links hold one or two words; four in a row are a sentence. */
const leastJoined = 3;

function rawView(text: string): View {
  return {
    name: 'raw',
    techniques: [],
    text,
    hidden: false,
    toOriginal: (start, end) => {
      const from = Math.max(0, Math.min(start, text.length));
      return [from, Math.max(from, Math.min(end, text.length))];
    },
  };
}

function viewOf(name: string, techniques: readonly string[], mapped: Mapped, hidden: boolean): View {
  const toOriginal = (start: number, end: number): readonly [number, number] => sourceSpan(mapped, start, end);
  return { name, techniques, text: mapped.text, hidden, toOriginal };
}
