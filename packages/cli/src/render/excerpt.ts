/** The screened text with its suspicious places marked, cut to what fits on a screen. */

import { printable } from './printable.ts';
import type { Style } from './style.ts';

type Span = readonly [start: number, end: number];

/** Texts up to this long are shown whole; around a place of a longer one, this much in all. */
const maxShown = 1600;
const context = 160;
/** Places of a long text that are shown, strongest first. */
const maxPlaces = 3;

/** Marks stand in the text itself, so that they are seen without colour and survive a copy. */
const marks = ['»', '«'] as const;

/** Spans are offsets into `text`, strongest first. */
export function renderExcerpt(text: string, spans: readonly Span[], { paint }: Style): string {
  const marked = merge(spans);
  const shown: Span[] =
    text.length <= maxShown ? [[0, text.length]] : merge(spans.slice(0, maxPlaces).map(around(text)));
  const parts = shown.map(([start, end]) => {
    const inside = marked.filter((span) => span[1] > start && span[0] < end);
    return `${start > 0 ? '…' : ''}${markIn(text, [start, end], inside, paint)}${end < text.length ? '…' : ''}`;
  });
  return parts.join('\n');
}

function markIn(text: string, [start, end]: Span, spans: readonly Span[], paint: Style['paint']): string {
  let out = '';
  let at = start;
  for (const [from, to] of spans) {
    out += printable(text.slice(at, Math.max(from, start)));
    const suspicious =
      (from >= start ? marks[0] : '') + printable(text.slice(Math.max(from, start), Math.min(to, end)));
    out += paintLines(suspicious + (to <= end ? marks[1] : ''), paint);
    at = Math.min(to, end);
  }
  return out + printable(text.slice(at, end));
}

/** A colour that spans lines would spill into the margin. */
function paintLines(text: string, paint: Style['paint']): string {
  const lines = text.split('\n');
  return lines.map((line) => (line ? paint(['red', 'bold'], line) : '')).join('\n');
}

function around(text: string): (span: Span) => Span {
  const most = maxShown / maxPlaces;
  return ([start, end]) => [
    wholeCharacter(text, Math.max(0, start - context)),
    wholeCharacter(text, Math.min(text.length, end + context, start + most)),
  ];
}

function wholeCharacter(text: string, at: number): number {
  return /[\udc00-\udfff]/.test(text.charAt(at)) ? at - 1 : at;
}

function merge(spans: readonly Span[]): Span[] {
  const merged: Span[] = [];
  for (const [start, end] of [...spans].sort((a, b) => a[0] - b[0])) {
    const last = merged.at(-1);
    if (last && start <= last[1]) merged[merged.length - 1] = [last[0], Math.max(last[1], end)];
    else merged.push([start, end]);
  }
  return merged;
}
