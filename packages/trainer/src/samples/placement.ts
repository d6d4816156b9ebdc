/** Where in a document an order can stand, and what surrounds it there: comment marks, a cell, a field, a line of its own. */
import type { Random } from '../random.ts';

/** A place between two characters of a document. */
export interface Place {
  readonly at: number;
  readonly kind: 'line' | 'sentence' | 'cell' | 'json';
}

/** Every place of a document that an order could stand in. There is always one: the end. */
export function placesIn(text: string): Place[] {
  const places: Place[] = [
    { at: 0, kind: 'line' },
    { at: text.length, kind: 'line' },
    { at: text.length, kind: 'sentence' },
  ];
  for (const match of text.matchAll(/\n/g)) places.push({ at: match.index + 1, kind: 'line' });
  for (const match of text.matchAll(/[.!?](?= \p{Lu})|[。！？](?=.)/gu))
    places.push({ at: match.index + 1, kind: 'sentence' });
  if (text.includes('| '))
    for (const match of text.matchAll(/\| (?=[\p{L}])/gu)) places.push({ at: match.index + 2, kind: 'cell' });
  if (/^\s*[[{]/.test(text))
    for (const match of text.matchAll(/": "(?=\p{L})/gu)) places.push({ at: match.index + 4, kind: 'json' });
  return places;
}

const commentMarks: readonly (readonly [before: string, after: string])[] = [
  ['# ', '\n'],
  ['// ', '\n'],
  ['-- ', '\n'],
  ['/* ', ' */\n'],
  ['"""', '"""\n'],
];
const lineMarks: readonly (readonly [before: string, after: string])[] = [
  ['', '\n'],
  ['', '\n'],
  ['', '\n'],
  ['\n', '\n\n'],
  ['- ', '\n'],
  ['> ', '\n'],
  ['<!-- ', ' -->\n'],
  ['<p style="display:none">', '</p>\n'],
  ['Note: ', '\n'],
  ['PS: ', '\n'],
  ['![', '](image.png)\n'],
];

/** What stands before and after the order at this place. */
export function wrap(text: string, { at, kind }: Place, random: Random): { before: string; after: string } {
  if (kind === 'sentence') return { before: ' ', after: '' };
  if (kind === 'cell' || kind === 'json') return { before: '', after: ' ' };
  const marks = looksLikeCode(text) && random() < 0.5 ? commentMarks : lineMarks;
  const [before, after] = marks[Math.floor(random() * marks.length)] as readonly [string, string];
  const lineBreak = at > 0 && text[at - 1] !== '\n' ? '\n' : '';
  return { before: lineBreak + before, after: at === text.length ? after.trimEnd() : after };
}

function looksLikeCode(text: string): boolean {
  return /[;{}]\n|^\s*(def|class|import|function|#include|const|var|public)\b/m.test(text);
}
