/** Text to tokens: ids, and the exact place of every token in the text, without blocking the event loop. */

import { setImmediate } from 'node:timers/promises';
import { throwIfAborted } from '../abort.ts';
import { pieceEnd, pieceLimits } from './pieces.ts';
import type { EncodedPiece, Tokenizer } from './tokenizer.ts';

export { createTokenizer, type Tokenizer } from './tokenizer.ts';

/** A text as the model reads it. */
export interface TokenizedText {
  /** [tokens] */
  readonly ids: Int32Array;
  /**
   * [tokens + 1] Token i covers the UTF-16 code units `offsets[i]` to `offsets[i + 1]`; the spans, joined, are the text.
   * Where several tokens share a character it belongs to the first of them, and the others cover nothing. Bytes that
   * the vocabulary does not know belong to the token beside them.
   */
  readonly offsets: Uint32Array;
  /** Control tokens such as `<|im_start|>` found spelled out in the text. They were read as ordinary characters. */
  readonly specialTokens: readonly { start: number; end: number }[];
}

/** Longest stretch of work before other work gets its turn, in milliseconds. */
const stretchMs = 8;

/** Tokenises a text of any length. Throws a FirewallError `aborted` when the signal says so. */
export async function tokenize(tokenizer: Tokenizer, text: string, signal?: AbortSignal): Promise<TokenizedText> {
  throwIfAborted(signal);
  const specialTokens = findSpecialTokens(tokenizer, text);
  const tokens = new TokenList(Math.ceil(text.length / 2) + 8);
  let started = performance.now();
  for (let start = 0; start < text.length; ) {
    const end = pieceEnd(text, start, pieceLimits);
    const piece = start === 0 && end === text.length ? text : text.slice(start, end);
    tokens.add(start, piece, tokenizer.encode(piece), tokenizer.knownBytes);
    start = end;
    if (start < text.length && performance.now() - started > stretchMs) {
      await setImmediate();
      throwIfAborted(signal);
      started = performance.now();
    }
  }
  return { ...tokens.finish(text.length), specialTokens };
}

function findSpecialTokens(tokenizer: Tokenizer, text: string): { start: number; end: number }[] {
  const found: { start: number; end: number }[] = [];
  const pattern = specialTokenPattern(tokenizer);
  if (pattern === undefined) return found;
  for (const match of text.matchAll(pattern)) found.push({ start: match.index, end: match.index + match[0].length });
  return found;
}

const patterns: WeakMap<Tokenizer, RegExp> = new WeakMap();

function specialTokenPattern(tokenizer: Tokenizer): RegExp | undefined {
  if (tokenizer.specialTokens.size === 0) return undefined;
  let pattern = patterns.get(tokenizer);
  if (pattern === undefined) {
    const longestFirst = [...tokenizer.specialTokens.keys()].sort((a, b) => b.length - a.length);
    pattern = new RegExp(longestFirst.map((t) => t.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')).join('|'), 'g');
    patterns.set(tokenizer, pattern);
  }
  return pattern;
}

/** Collects ids and offsets of one piece after the other. */
class TokenList {
  #ids: Int32Array;
  #ends: Uint32Array;
  #count = 0;

  constructor(capacity: number) {
    this.#ids = new Int32Array(capacity);
    this.#ends = new Uint32Array(capacity);
  }

  add(start: number, piece: string, { ids, bytes }: EncodedPiece, knownBytes: Uint8Array): void {
    this.#reserve(ids.length);
    let at = 0; // code units of the piece that are passed
    let passed = 0; // known bytes up to there
    let wanted = 0; // known bytes up to the end of the token
    for (let i = 0; i < ids.length; i += 1) {
      wanted += bytes[i];
      while (passed < wanted && at < piece.length) {
        const point = piece.codePointAt(at) as number;
        passed += countKnownBytes(point, knownBytes);
        at += point > 0xffff ? 2 : 1;
      }
      this.#ids[this.#count] = ids[i];
      this.#ends[this.#count] = start + at;
      this.#count += 1;
    }
  }

  finish(length: number): { ids: Int32Array; offsets: Uint32Array } {
    const count = this.#count;
    const offsets = new Uint32Array(count + 1);
    offsets.set(this.#ends.subarray(0, count), 1);
    if (count > 0) offsets[count] = length;
    return { ids: this.#ids.slice(0, count), offsets };
  }

  #reserve(more: number): void {
    if (this.#count + more <= this.#ids.length) return;
    const capacity = Math.max(this.#ids.length * 2, this.#count + more);
    const ids = new Int32Array(capacity);
    const ends = new Uint32Array(capacity);
    ids.set(this.#ids);
    ends.set(this.#ends);
    this.#ids = ids;
    this.#ends = ends;
  }
}

/** Known bytes in the UTF-8 spelling of a code point; a lone surrogate is spelled as U+FFFD. */
function countKnownBytes(point: number, known: Uint8Array): number {
  if (point < 0x80) return known[point];
  const tail = known[0x80 | (point & 0x3f)];
  if (point < 0x800) return known[0xc0 | (point >> 6)] + tail;
  if (point >= 0xd800 && point <= 0xdfff) return countKnownBytes(0xfffd, known);
  const middle = known[0x80 | ((point >> 6) & 0x3f)] + tail;
  if (point < 0x10000) return known[0xe0 | (point >> 12)] + middle;
  return known[0xf0 | (point >> 18)] + known[0x80 | ((point >> 12) & 0x3f)] + middle;
}
