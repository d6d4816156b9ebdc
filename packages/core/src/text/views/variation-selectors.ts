/** Bytes in variation selectors behind an emoji or a letter: 256 invisible characters, one for each byte. */

import { addByte, noBytes, type PlacedBytes, readUtf8 } from './bytes.ts';
import { pointAt, width } from './characters.ts';
import type { Mapped } from './mapped.ts';
import { judge } from './payload.ts';

/** What the variation selectors say, when that is words. One selector behind a character is typography, two are bytes. */
export function readVariationSelectors(text: string): Mapped | undefined {
  if (!/[\ufe00-\ufe0f\udb40]/.test(text)) return undefined;
  const bytes = noBytes();
  const direct = noBytes();
  for (let at = 0; at < text.length; ) {
    const point = pointAt(text, at);
    const selector = selectorIndex(point);
    const end = at + width(point);
    if (selector >= 0 && !standsAlone(text, at, end)) {
      addByte(bytes, selector, at, end);
      // Some encoders add the character's own code to U+E0100.
      if (selector >= 16) addByte(direct, selector - 16, at, end);
    }
    at = end;
  }
  return wordsOfBytes(bytes) ?? wordsOfBytes(direct);
}

function wordsOfBytes(bytes: PlacedBytes): Mapped | undefined {
  const said = readUtf8(bytes);
  return said !== undefined && judge(said.text) !== 'noise' ? said : undefined;
}

/** Selectors 1 to 16 are U+FE00-FE0F, selectors 17 to 256 are U+E0100-E01EF. */
function selectorIndex(point: number): number {
  if (point >= 0xfe00 && point <= 0xfe0f) return point - 0xfe00;
  return point >= 0xe0100 && point <= 0xe01ef ? point - 0xe0100 + 16 : -1;
}

/** U+FE0E and U+FE0F choose between text and emoji; only beside other selectors are they bytes. */
function standsAlone(text: string, start: number, end: number): boolean {
  const unit = text.charCodeAt(start);
  if (unit !== 0xfe0e && unit !== 0xfe0f) return false;
  const isBefore =
    start > 0 && selectorIndex(pointAt(text, start >= 2 && isPair(text, start - 2) ? start - 2 : start - 1)) >= 0;
  const isAfter = end < text.length && selectorIndex(pointAt(text, end)) >= 0;
  return !isBefore && !isAfter;
}

function isPair(text: string, at: number): boolean {
  return pointAt(text, at) > 0xffff;
}
