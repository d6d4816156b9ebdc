/** Bits in zero-width characters: two of them for 0 and 1, perhaps a third between the letters. */

import { addByte, noBytes, readUtf8 } from './bytes.ts';
import type { Mapped } from './mapped.ts';
import { judge } from './payload.ts';

/** Fewer bits than four letters take are no message. */
const leastBits = 28;

/** What the zero-width characters say, when that is words. */
export function readZeroWidth(text: string): Mapped | undefined {
  const symbols: number[] = [];
  const places: number[] = [];
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit < 0x180e || !isZeroWidth(unit)) continue;
    symbols.push(unit);
    places.push(at);
  }
  if (symbols.length < leastBits) return undefined;
  const kinds = [...new Set(symbols)];
  if (kinds.length < 2 || kinds.length > 3) return undefined;
  for (const zero of kinds) {
    for (const one of kinds) {
      if (zero === one) continue;
      const said = readBits(symbols, places, zero, one);
      if (said !== undefined && judge(said.text) !== 'noise') return said;
    }
  }
  return undefined;
}

function isZeroWidth(unit: number): boolean {
  return (unit >= 0x200b && unit <= 0x200f) || (unit >= 0x2060 && unit <= 0x2064) || unit === 0xfeff || unit === 0x180e;
}

/** Groups between separators, or of eight or seven bits where there are none. */
function readBits(
  symbols: readonly number[],
  places: readonly number[],
  zero: number,
  one: number,
): Mapped | undefined {
  const hasSeparator = symbols.some((s) => s !== zero && s !== one);
  for (const size of hasSeparator ? [0] : [8, 7]) {
    const bytes = noBytes();
    let value = 0;
    let count = 0;
    let start = 0;
    let isBad = false;
    for (let i = 0; i <= symbols.length && !isBad; i += 1) {
      const isEnd = i === symbols.length;
      const isBit = !isEnd && (symbols[i] === zero || symbols[i] === one);
      if (isBit) {
        if (count === 0) start = places[i];
        value = value * 2 + (symbols[i] === one ? 1 : 0);
        count += 1;
      }
      if (count > 0 && (size === 0 ? !isBit : count === size)) {
        if (value > 255) isBad = true;
        else addByte(bytes, value, start, places[isBit ? i : i - 1] + 1);
        value = 0;
        count = 0;
      }
      if (count > 16) isBad = true;
    }
    const said = isBad ? undefined : readUtf8(bytes);
    if (said !== undefined && judge(said.text) !== 'noise') return said;
  }
  return undefined;
}
