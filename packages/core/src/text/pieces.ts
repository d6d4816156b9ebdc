/** Cuts a text into pieces that tokenise on their own as they would inside the whole text. */

/** Sizes of pieces, in UTF-16 code units. */
export interface PieceLimits {
  readonly piece: number;
  readonly run: number;
}

/**
 * `piece` bounds the time of one call of the tokenizer (CWE-400): 1,024 code units take it under 5 ms.
 * `run` bounds what is kept whole: longer runs of letters, or of spaces, or of other signs, are cut wherever the bound
 * falls, which changes the tokens beside the cut. No language's words come near; Thai and Chinese, written without
 * spaces, are broken by marks and punctuation first.
 */
export const pieceLimits: PieceLimits = { piece: 1024, run: 512 };

/** End of the piece that begins at `start`: at most `limits.piece` code units on, never inside a surrogate pair. */
export function pieceEnd(text: string, start: number, limits: PieceLimits = pieceLimits): number {
  if (text.length - start <= limits.run) return text.length;
  const limit = Math.min(start + limits.piece, text.length);
  let cut = start;
  let before = codePoint(text, start);
  let at = start + width(before);
  while (at < limit) {
    const after = codePoint(text, at);
    if (apart(before, after)) cut = at;
    else if (at - cut >= limits.run) break;
    before = after;
    at += width(after);
  }
  if (at >= text.length) return text.length;
  return cut > start ? cut : at;
}

/** True where the text can be cut without a change to any token: between two words of the pre-tokenizer. */
export function separable(text: string, at: number): boolean {
  const before = text.codePointAt(at > 1 && isPair(text, at - 2) ? at - 2 : at - 1);
  const after = text.codePointAt(at);
  return before !== undefined && after !== undefined && !isPair(text, at - 1) && apart(before, after);
}

/**
 * The pre-tokenizer's pattern is `'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`, after
 * each ASCII digit was set apart. So two classes never share a word, but for white space before a word, and an
 * apostrophe before letters.
 */
function apart(before: number, after: number): boolean {
  const a = classOf(before);
  const b = classOf(after);
  if (a === digit || b === digit) return true;
  return a !== b && a !== space && !(before === apostrophe && b === letter);
}

const other = 1;
const letter = 2;
const number = 3;
const space = 4;
const digit = 5;
const apostrophe = 0x27;

/** Class of every code point of the basic plane, filled as they are met; 0 is not yet known. */
const known: Uint8Array = new Uint8Array(0x10000);

function classOf(point: number): number {
  if (point > 0xffff) return lookUp(point);
  if (known[point] === 0) known[point] = lookUp(point);
  return known[point];
}

function lookUp(point: number): number {
  if (point >= 0x30 && point <= 0x39) return digit;
  const character = String.fromCodePoint(point);
  if (/\p{L}/u.test(character)) return letter;
  if (/\p{N}/u.test(character)) return number;
  return /\s/u.test(character) ? space : other;
}

function codePoint(text: string, at: number): number {
  return text.codePointAt(at) as number;
}

function isPair(text: string, at: number): boolean {
  return (text.codePointAt(at) ?? 0) > 0xffff;
}

function width(point: number): number {
  return point > 0xffff ? 2 : 1;
}
