/** Escapes that stand for characters: `%49` in URLs, `&#73;` in HTML, `\u0049` in source code and JSON. */

import { addByte, noBytes, readUtf8 } from './bytes.ts';
import { isAsciiDigit, isAsciiLetter } from './characters.ts';
import { hexValue } from './codes.ts';
import type { Reading } from './mapped.ts';

export function readUrlEscapes(text: string): Reading[] {
  const readings: Reading[] = [];
  for (let at = text.indexOf('%'); at >= 0; at = text.indexOf('%', at)) {
    const first = hexNumber(text, at + 1, at + 3);
    if (first >= 0 && first < 0x80 && text[at + 3] !== '%') {
      readings.push({ start: at, end: at + 3, says: String.fromCharCode(first) });
      at += 3;
      continue;
    }
    const bytes = noBytes();
    let end = at;
    while (text[end] === '%') {
      const value = hexNumber(text, end + 1, end + 3);
      if (value < 0) break;
      addByte(bytes, value, end, end + 3);
      end += 3;
    }
    const says = bytes.bytes.length === 0 ? undefined : readUtf8(bytes);
    if (says !== undefined) readings.push({ start: at, end, says });
    at = Math.max(end, at + 1);
  }
  return readings;
}

/** The names that a text is likely to hold, and those that hide letters apart. */
const names: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
  ['nbsp', ' '],
  ['ensp', ' '],
  ['emsp', ' '],
  ['thinsp', ' '],
  ['Tab', '\t'],
  ['NewLine', '\n'],
  ['shy', '\u00ad'],
  ['zwnj', '\u200c'],
  ['zwj', '\u200d'],
  ['ZeroWidthSpace', '\u200b'],
  ['NoBreak', '\u2060'],
  ['lrm', '\u200e'],
  ['rlm', '\u200f'],
]);

const longestEntity = 16;

export function readHtmlEntities(text: string): Reading[] {
  const readings: Reading[] = [];
  for (let at = text.indexOf('&'); at >= 0; at = text.indexOf('&', at + 1)) {
    let end = at + 1;
    while (end - at < longestEntity && isEntityPart(text.charCodeAt(end))) end += 1;
    const character = entity(text.slice(at + 1, end));
    if (character === undefined) continue;
    // Browsers take numbers without the semicolon too.
    readings.push({ start: at, end: text[end] === ';' ? end + 1 : end, says: character });
  }
  return readings;
}

function isEntityPart(unit: number): boolean {
  return unit === 0x23 || isAsciiDigit(unit) || isAsciiLetter(unit);
}

function entity(name: string): string | undefined {
  if (name[0] !== '#') return names.get(name);
  const isHex = name[1] === 'x' || name[1] === 'X';
  const digits = name.slice(isHex ? 2 : 1);
  if (!(isHex ? /^[0-9A-Fa-f]+$/ : /^[0-9]+$/).test(digits)) return undefined;
  const point = Number.parseInt(digits, isHex ? 16 : 10);
  return point > 0 && point <= 0x10ffff ? String.fromCodePoint(point) : undefined;
}

/** `\u0049`, `\u{49}`, and `\U00000049`. */
export function readUnicodeEscapes(text: string): Reading[] {
  const readings: Reading[] = [];
  for (let at = text.indexOf('\\'); at >= 0; at = text.indexOf('\\', at + 1)) {
    const isLong = text[at + 1] === 'U';
    if (!isLong && text[at + 1] !== 'u') continue;
    let start = at + 2;
    let end = start + (isLong ? 8 : 4);
    let after = end;
    if (text[start] === '{') {
      start += 1;
      end = text.slice(start, start + 8).indexOf('}') + start;
      after = end + 1;
    }
    const point = hexNumber(text, start, end);
    if (point < 0 || point > 0x10ffff) continue;
    readings.push({ start: at, end: after, says: String.fromCodePoint(point) });
    at = after - 1;
  }
  return readings;
}

function hexNumber(text: string, start: number, end: number): number {
  if (end <= start || end > text.length) return -1;
  let number = 0;
  for (let at = start; at < end; at += 1) {
    const value = hexValue(text.charCodeAt(at));
    if (value < 0) return -1;
    number = number * 16 + value;
  }
  return number;
}
