/** Characters written as numbers: hexadecimal (`49676e`, `49 67 6e`, `\x49`, `0x49`), binary, and decimal. */

import { addByte, noBytes, type PlacedBytes, readUtf8 } from './bytes.ts';
import { isAsciiDigit, isAsciiLetter } from './characters.ts';
import type { Reading } from './mapped.ts';
import { judge } from './payload.ts';

/** Fewer bytes hold less than a word. */
const leastBytes = 6;

export function readHex(text: string): Reading[] {
  if (
    !/[0-9A-Fa-f]{12}|[0-9A-Fa-f]{2}[ :,;-]{1,2}[0-9A-Fa-f]{2}[ :,;-]{1,2}[0-9A-Fa-f]{2}|[\\0]x[0-9A-Fa-f]{2}/i.test(
      text,
    )
  )
    return [];
  return readRuns(text, hexByte);
}

export function readNumbers(text: string): Reading[] {
  if (!/[01]{7,}|\d{2,3}[ ,;]+\d{2,3}[ ,;]+\d{2,3}/.test(text)) return [];
  const binary = readRuns(text, binaryByte);
  return binary.length > 0 ? binary : readRuns(text, decimalByte);
}

interface Code {
  readonly value: number;
  readonly end: number;
}

/** Reads one byte that is written at a place, or undefined. */
type ReadCode = (text: string, at: number) => Code | undefined;

function readRuns(text: string, read: ReadCode): Reading[] {
  const readings: Reading[] = [];
  for (let at = 0; at < text.length; ) {
    const isInside = at > 0 && isWordPart(text.charCodeAt(at - 1)) && text[at] !== '\\';
    if (isInside || read(text, at) === undefined) {
      at += 1;
      continue;
    }
    const { placed, end } = readRun(text, at, read);
    if (placed.bytes.length >= leastBytes) {
      const says = readUtf8(placed);
      if (says !== undefined && judge(says.text) !== 'noise') readings.push({ start: at, end, says });
    }
    at = Math.max(end, at + 1);
  }
  return readings;
}

function readRun(text: string, start: number, read: ReadCode): { placed: PlacedBytes; end: number } {
  const placed = noBytes();
  let end = start;
  for (let at = start; at < text.length; ) {
    const code = read(text, at);
    if (code === undefined) break;
    addByte(placed, code.value, at, code.end);
    end = code.end;
    at = code.end;
    for (let i = 0; i < 2 && ' :,;-\n'.includes(text[at] ?? 'x'); i += 1) at += 1;
  }
  return { placed, end };
}

function hexByte(text: string, at: number): Code | undefined {
  const isPrefixed = (text[at] === '\\' || text[at] === '0') && (text[at + 1] === 'x' || text[at + 1] === 'X');
  const digits = at + (isPrefixed ? 2 : 0);
  const high = hexValue(text.charCodeAt(digits));
  const low = hexValue(text.charCodeAt(digits + 1));
  return high < 0 || low < 0 ? undefined : { value: high * 16 + low, end: digits + 2 };
}

function binaryByte(text: string, at: number): Code | undefined {
  let value = 0;
  let end = at;
  while (end < at + 8 && (text[end] === '0' || text[end] === '1')) {
    value = value * 2 + (text[end] === '1' ? 1 : 0);
    end += 1;
  }
  return end - at >= 7 ? { value, end } : undefined;
}

function decimalByte(text: string, at: number): Code | undefined {
  let value = 0;
  let end = at;
  while (end < at + 4 && isAsciiDigit(text.charCodeAt(end))) {
    value = value * 10 + text.charCodeAt(end) - 0x30;
    end += 1;
  }
  return end - at >= 1 && end - at <= 3 && value < 256 ? { value, end } : undefined;
}

function isWordPart(unit: number): boolean {
  return isAsciiLetter(unit) || isAsciiDigit(unit);
}

export function hexValue(unit: number): number {
  if (isAsciiDigit(unit)) return unit - 0x30;
  const lower = unit | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}
