/** Text written from its end to its beginning. */

import { pointAt, width } from './characters.ts';
import { findCipher } from './cipher.ts';
import { MappedBuilder, type Reading } from './mapped.ts';
import { inReverse, type WordList } from './survey.ts';

/** The stretches that are words only from right to left. */
export function readReversed(text: string, words: WordList): Reading[] {
  return findCipher(text, words, inReverse).map(({ start, end }) => {
    const places: number[] = [];
    for (let at = start; at < end; at += width(pointAt(text, at))) places.push(at);
    const builder = new MappedBuilder(end - start);
    for (const at of places.reverse()) builder.copy(text, at, at + width(pointAt(text, at)));
    return { start, end, says: builder.build() };
  });
}
