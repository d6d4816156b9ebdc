/** What a text holds in encodings, and in encodings inside these. */

import { readBase64 } from './base64.ts';
import { readHex, readNumbers } from './codes.ts';
import { readHtmlEntities, readUnicodeEscapes, readUrlEscapes } from './escapes.ts';
import { readLeetspeak } from './leetspeak.ts';
import { compose, inPlace, type Mapped, type Reading, sourceSpan } from './mapped.ts';
import { readMorse } from './morse.ts';
import { judge } from './payload.ts';
import { readable, revealsWords } from './readable.ts';
import { readReversed } from './reversed.ts';
import { readRot13 } from './rot13.ts';
import { type Survey, survey } from './survey.ts';
import { readUpsideDown } from './upside-down.ts';

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

/** Takes a view: its name, what was undone, its text, and whether nobody sees it. */
export type Add = (name: string, techniques: readonly string[], mapped: Mapped, hidden: boolean) => void;

/** A text to decode, and how it was come by. */
export interface Layer {
  readonly text: string;
  /** Leads from `text` to the original, when it is not the original. */
  readonly mapped?: Mapped;
  /** Names of the encodings already undone. */
  readonly outer: readonly string[];
  readonly hidden: boolean;
  /** Only what lies in here is new; the rest was decoded one layer out. */
  readonly isNew?: (reading: Reading) => boolean;
}

/** How many more layers a text may have decoded. */
export interface Budget {
  layers: number;
}

/** Encodings are undone to this depth. */
const deepest = 3;
/** A text that holds every encoding inside every other would take as many passes as there are paths (CWE-407). */
const mostLayers = 12;

export function newBudget(): Budget {
  return { layers: mostLayers };
}

/** Adds what a text holds in each encoding, and in encodings inside these. */
export function addDecoded(add: Add, layer: Layer, budget: Budget, look: Survey = survey(layer.text)): void {
  const { text, mapped, outer, hidden } = layer;
  const inner: Layer[] = [];
  budget.layers -= 1;
  for (const { name, decode } of decoders) {
    const readings = decode(text, look);
    if (!isNews(name, readings, layer)) continue;
    const decoded = tidy(inPlace(text, readings));
    const whole = mapped === undefined ? decoded : compose(mapped, decoded);
    const names = [...outer, name];
    const isWorthIt = revealsWords(text, decoded) || saysWords(name, readings) || joinsWords(readings);
    if (isWorthIt) add(names.join('+'), names, whole, hidden);
    const isNew = (reading: Reading): boolean => touches(readings, sourceSpan(decoded, reading.start, reading.end));
    inner.push({ text: decoded.text, mapped: whole, outer: names, hidden, isNew });
  }
  if (outer.length + 1 >= deepest) return;
  for (const next of inner) if (budget.layers > 0) addDecoded(add, next, budget);
}

/** Encodings that, undone twice, give back the text. */
const undoesItself: ReadonlySet<string> = new Set(['rot13', 'reversed']);

function isNews(name: string, readings: readonly Reading[], { outer, isNew }: Layer): boolean {
  if (readings.length === 0 || (undoesItself.has(name) && outer.at(-1) === name)) return false;
  return isNew === undefined || readings.some(isNew);
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

/** What was decoded, as a person reads it. */
export function tidy(mapped: Mapped): Mapped {
  const read = readable(mapped.text);
  return read?.reveals ? compose(mapped, read.mapped) : mapped;
}
