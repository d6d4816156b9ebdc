/** Bytes that were hidden in a text, read as UTF-8. */

import { type Mapped, MappedBuilder } from './mapped.ts';

/** A list of bytes with the place in the text that each came from. */
export interface PlacedBytes {
  readonly bytes: number[];
  readonly starts: number[];
  readonly ends: number[];
}

export function noBytes(): PlacedBytes {
  return { bytes: [], starts: [], ends: [] };
}

export function addByte(placed: PlacedBytes, byte: number, start: number, end: number): void {
  placed.bytes.push(byte);
  placed.starts.push(start);
  placed.ends.push(end);
}

/** The bytes as text, or undefined when they are no UTF-8: chance bytes hardly ever are, beyond a dozen. */
export function readUtf8({ bytes, starts, ends }: PlacedBytes): Mapped | undefined {
  const builder = new MappedBuilder(bytes.length);
  for (let at = 0; at < bytes.length; ) {
    const lead = bytes[at];
    const size =
      lead < 0x80
        ? 1
        : lead >= 0xc2 && lead < 0xe0
          ? 2
          : lead >= 0xe0 && lead < 0xf0
            ? 3
            : lead >= 0xf0 && lead < 0xf5
              ? 4
              : 0;
    if (size === 0 || at + size > bytes.length) return undefined;
    let point = size === 1 ? lead : lead & (0xff >> (size + 1));
    for (let i = 1; i < size; i += 1) {
      if ((bytes[at + i] & 0xc0) !== 0x80) return undefined;
      point = (point << 6) | (bytes[at + i] & 0x3f);
    }
    const isOverlong = (size === 3 && point < 0x800) || (size === 4 && point < 0x10000);
    if (isOverlong || point > 0x10ffff || (point >= 0xd800 && point < 0xe000)) return undefined;
    builder.push(String.fromCodePoint(point), starts[at], ends[at + size - 1]);
    at += size;
  }
  return builder.build();
}
