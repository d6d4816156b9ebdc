/** ROT13: every letter moved by half the alphabet. */

import { findCipher } from './cipher.ts';
import { MappedBuilder, type Reading } from './mapped.ts';
import { inRot13, type WordList } from './survey.ts';

export function rot13(text: string): string {
  let moved = '';
  for (let i = 0; i < text.length; i += 1) {
    const unit = text.charCodeAt(i);
    const lower = unit | 0x20;
    if (lower < 0x61 || lower > 0x7a) moved += text[i];
    else moved += String.fromCharCode(unit + (lower < 0x6e ? 13 : -13));
  }
  return moved;
}

/** The stretches that are words only when moved back. */
export function readRot13(text: string, words: WordList): Reading[] {
  return findCipher(text, words, inRot13).map(({ start, end }) => {
    const builder = new MappedBuilder(end - start);
    for (let at = start; at < end; at += 1) builder.push(rot13(text[at]), at, at + 1);
    return { start, end, says: builder.build() };
  });
}
