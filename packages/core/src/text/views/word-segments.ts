/** Where one word ends and the next begins in letters written without spaces. */

import { commonWords } from './common-words.ts';

let prefixes: Set<string> | undefined;
const words: Set<string> = new Set(commonWords.split(' '));

/** Cost of a letter that no word covers, against 1 for each word. */
const uncovered = 2.5;

/** Places to cut, in order, where common words cover nearly all of the letters; none otherwise. */
export function segment(letters: string): number[] {
  prefixes ??= prefixesOf(words);
  const text = letters.toLowerCase();
  if (text.length !== letters.length) return [];
  const cost = new Float64Array(text.length + 1).fill(Number.POSITIVE_INFINITY);
  const from = new Int32Array(text.length + 1);
  cost[0] = 0;
  let left = 0;
  for (let start = 0; start < text.length; start += 1) {
    relax(start, start + 1, text[start] === 'a' || text[start] === 'i' ? 1.5 : uncovered);
    // Ends as soon as no word begins so: after a few letters, 16 at most.
    for (let end = start + 2; end <= text.length; end += 1) {
      const piece = text.slice(start, end);
      if (!prefixes.has(piece)) break;
      if (words.has(piece)) relax(start, end, end - start === 2 ? 1.4 : 1);
    }
  }
  const cuts: number[] = [];
  for (let end = text.length; end > 0; end = from[end]) {
    if (from[end] > 0) cuts.push(from[end]);
    if (end - from[end] === 1) left += 1;
  }
  return left > 0.25 * text.length ? [] : cuts.reverse();

  function relax(start: number, end: number, step: number): void {
    if (cost[start] + step >= cost[end]) return;
    cost[end] = cost[start] + step;
    from[end] = start;
  }
}

function prefixesOf(list: Iterable<string>): Set<string> {
  const all = new Set<string>();
  for (const word of list) for (let end = 2; end <= word.length; end += 1) all.add(word.slice(0, end));
  return all;
}
