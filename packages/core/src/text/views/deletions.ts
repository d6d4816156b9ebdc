/** Backspace and delete characters: what they would have rubbed out. */

import { pointAt, width } from './characters.ts';
import { type Mapped, MappedBuilder } from './mapped.ts';
import { isCommonWord, wordsOf } from './words.ts';

/**
 * Applies backspaces (U+0008) and deletes (U+007F) as a terminal would, so that `igx\bnore` reads `ignore`. Where that
 * leaves fewer words than dropping these characters alone, they were mere noise between the letters, and are dropped.
 */
export function applyDeletions(text: string, techniques: Set<string>): Mapped | undefined {
  if (!/[\b\x7f]/.test(text)) return undefined;
  const applied = keep(text, true);
  const dropped = keep(text, false);
  techniques.add('deletion');
  return commonWordsIn(applied.text) >= commonWordsIn(dropped.text) ? applied : dropped;
}

function keep(text: string, apply: boolean): Mapped {
  const kept: number[] = [];
  for (let at = 0; at < text.length; ) {
    const point = pointAt(text, at);
    if (point !== 0x08 && point !== 0x7f) kept.push(at);
    else if (apply) kept.pop();
    at += width(point);
  }
  const builder = new MappedBuilder(text.length);
  for (const at of kept) builder.copy(text, at, at + width(pointAt(text, at)));
  return builder.build();
}

function commonWordsIn(text: string): number {
  return wordsOf(text).filter(({ start, end }) => end - start > 2 && isCommonWord(text.slice(start, end))).length;
}
