/** What kind of character a code point is, from Unicode's own properties, remembered once looked up. */

export type Kind = number;

export const latin: Kind = 1;
export const cyrillic: Kind = 2;
export const cjk: Kind = 3;
/** Letters of every other script. */
export const letter: Kind = 4;
export const mark: Kind = 5;
export const digit: Kind = 6;
export const space: Kind = 7;
/** Shown as nothing: format characters, variation selectors, tags, fillers, and control characters but tab and line ends. */
export const invisible: Kind = 8;
export const pictograph: Kind = 9;
export const other: Kind = 10;

/** The kinds of each plane's code points, filled as they are met; 0 is not yet known. */
const planes: Uint8Array[] = [];

export function kindOf(point: number): Kind {
  planes[point >> 16] ??= new Uint8Array(0x10000);
  const plane = planes[point >> 16];
  const at = point & 0xffff;
  if (plane[at] === 0) plane[at] = lookUp(point);
  return plane[at];
}

/** True for letters of any script. */
export function isLetter(kind: Kind): boolean {
  return kind >= latin && kind <= letter;
}

/** Letters in circles and squares, and regional indicators: signs to Unicode, letters to a reader. */
export function isEnclosedLetter(point: number): boolean {
  return point >= 0x1f150 && point <= 0x1f1ff;
}

export function isAsciiLetter(unit: number): boolean {
  const lower = unit | 0x20;
  return lower >= 0x61 && lower <= 0x7a;
}

export function isAsciiDigit(unit: number): boolean {
  return unit >= 0x30 && unit <= 0x39;
}

/** Code units that the code point takes in a string. */
export function width(point: number): number {
  return point > 0xffff ? 2 : 1;
}

export function pointAt(text: string, at: number): number {
  return text.codePointAt(at) as number;
}

function lookUp(point: number): Kind {
  const character = String.fromCodePoint(point);
  if (/\p{Default_Ignorable_Code_Point}/u.test(character)) return invisible;
  if (/\s/u.test(character)) return space;
  if (/\p{Cc}/u.test(character)) return invisible;
  if (/\p{L}/u.test(character)) return letterKind(character);
  if (/\p{M}/u.test(character)) return mark;
  if (/\p{N}/u.test(character)) return digit;
  return /\p{Extended_Pictographic}|\p{Regional_Indicator}|\p{Emoji_Modifier}/u.test(character) ? pictograph : other;
}

function letterKind(character: string): Kind {
  if (/\p{Script=Latin}/u.test(character)) return latin;
  if (/\p{Script=Cyrillic}/u.test(character)) return cyrillic;
  return /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u.test(character) ? cjk : letter;
}
