/** Base64, of either alphabet, that decodes to words; images, keys, hashes, and JSON Web Tokens do not. */

import { addByte, noBytes, type PlacedBytes, readUtf8 } from './bytes.ts';
import type { Mapped, Reading } from './mapped.ts';
import { judge } from './payload.ts';

/** Fewer characters hold less than two words. */
const leastCharacters = 12;
/** Lines of MIME bodies are 76 long, of PEM files 64; a shorter line ends the run. */
const leastLine = 60;

export function readBase64(text: string): Reading[] {
  const readings: Reading[] = [];
  for (let start = 0; start < text.length; ) {
    let end = start;
    while (end < text.length && sextet(text.charCodeAt(end)) >= 0) end += 1;
    if (end - start >= leastCharacters) {
      end = endOfLines(text, start, end);
      const says = decode(text, start, end);
      while (text[end] === '=') end += 1;
      if (says !== undefined) readings.push({ start: says.start, end, says: says.mapped });
    }
    start = end + 1;
  }
  return readings;
}

/** A run goes on in the next line when this one is long. */
function endOfLines(text: string, start: number, firstEnd: number): number {
  let line = start;
  let end = firstEnd;
  while (end - line >= leastLine && (text[end] === '\n' || text[end] === '\r')) {
    let next = end + (text[end] === '\r' && text[end + 1] === '\n' ? 2 : 1);
    const nextStart = next;
    while (next < text.length && sextet(text.charCodeAt(next)) >= 0) next += 1;
    if (next === nextStart) break;
    line = nextStart;
    end = next;
  }
  return end;
}

/** Characters of another word may stick to the front (`x-SWdub3Jl`): four beginnings are tried on a short sample. */
function decode(text: string, start: number, end: number): { start: number; mapped: Mapped } | undefined {
  if (isPlainWord(text, start, end)) return undefined;
  for (let skip = 0; skip < 4 && end - start - skip >= leastCharacters; skip += 1) {
    const isPromising =
      judgeBytes(bytesOf(text, start + skip, Math.min(end, start + skip + sampleLength))) !== undefined;
    if (!isPromising) continue;
    const mapped = judgeBytes(bytesOf(text, start + skip, end));
    if (mapped !== undefined) return { start: start + skip, mapped };
  }
  return undefined;
}

/** Of whole groups of four, so that the bytes end where a character does more often than not. */
const sampleLength = 32;

/** A character cut off at the end costs the last bytes only. */
function judgeBytes(placed: PlacedBytes): Mapped | undefined {
  for (let cut = 0; cut < 4; cut += 1) {
    const end = placed.bytes.length - cut;
    const part = cut === 0 ? placed : { bytes: placed.bytes.slice(0, end), starts: placed.starts, ends: placed.ends };
    const mapped = readUtf8(part);
    if (mapped !== undefined) return judge(mapped.text) === 'noise' ? undefined : mapped;
  }
  return undefined;
}

function bytesOf(text: string, start: number, end: number): PlacedBytes {
  const placed = noBytes();
  let buffer = 0;
  let bits = 0;
  let from = start;
  for (let at = start; at < end; at += 1) {
    const value = sextet(text.charCodeAt(at));
    if (value < 0) continue;
    if (bits === 0) from = at;
    buffer = ((buffer << 6) | value) & 0x3fff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    addByte(placed, (buffer >> bits) & 0xff, from, at + 1);
    from = at;
  }
  return placed;
}

/** Long words, paths, and constants are no base64: one case only, without digits. */
function isPlainWord(text: string, start: number, end: number): boolean {
  if (end - start > 64) return false;
  const run = text.slice(start, end);
  return /^(?:[a-z]+|[A-Z]+|[A-Z]?[a-z]+)(?:[/_-](?:[a-z]+|[A-Z]+|[A-Z][a-z]+))*$/.test(run);
}

const sextets: Int8Array = sextetsOfAscii();

/** The six bits that a character of either alphabet stands for, or -1. */
function sextet(unit: number): number {
  return unit < 0x80 ? sextets[unit] : -1;
}

function sextetsOfAscii(): Int8Array {
  const table = new Int8Array(0x80).fill(-1);
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  for (let value = 0; value < 64; value += 1) table[alphabet.charCodeAt(value)] = value;
  table['-'.charCodeAt(0)] = 62;
  table['_'.charCodeAt(0)] = 63;
  return table;
}
