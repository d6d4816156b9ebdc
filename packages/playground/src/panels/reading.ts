/** The text as it was read: each view shaded by its segments' scores, what is not seen made visible as badges. */
import type { ExplainedView } from '@alknet/firewall-core';
import { make } from '../dom.ts';
import type { InvisibleRun } from '../text/invisible.ts';
import { cut, heat } from '../text/shade.ts';

/** A segment of a view, by their places in the explanation. */
export interface Place {
  readonly view: number;
  readonly segment: number;
}

/** The panel, and what moves in it. */
export interface ReadingPanel {
  readonly elements: readonly Element[];
  /** Outlines what scores at or above the threshold. */
  showThreshold(threshold: number): void;
  showSelected(place: Place): void;
}

/** Longest decoded text that a badge shows; the view below has all of it. */
const longestBadge = 200;

/** @param text what was sent; the raw view's own words do not come back */
export function readingPanel(
  text: string,
  views: readonly ExplainedView[],
  select: (place: Place) => void,
): ReadingPanel {
  const marks: { readonly mark: Element; readonly score: number; readonly place: Place }[] = [];
  const hidden = views.filter((view) => view.hidden);
  const badge = (run: InvisibleRun): Element => {
    const said = hidden.find(({ source: [start, end] }) => run.start < end && run.end > start)?.text;
    const words =
      said === undefined ? '' : ` that say “${said.slice(0, longestBadge)}${said.length > longestBadge ? '…' : ''}”`;
    return make('span', { class: said === undefined ? 'badge' : 'badge speaks' }, `${run.count} ${run.kind}${words}`);
  };
  const shaded = (view: number): Element => {
    const { name, text: own = text, segments } = views[view] as ExplainedView;
    const box = make('div', {
      class: 'shaded',
      tabindex: 0,
      role: 'group',
      'aria-label': name === 'raw' ? 'The text, shaded by score' : `The ${name} view, shaded by score`,
    });
    for (const piece of cut(own, segments)) {
      if ('kind' in piece) {
        box.append(badge(piece));
        continue;
      }
      const words = own.slice(piece.start, piece.end);
      const segment = segments[piece.segment];
      if (segment === undefined) {
        box.append(words);
        continue;
      }
      const place = { view, segment: piece.segment };
      const mark = make('mark', { class: `heat-${heat(segment.score)}`, title: segment.score.toFixed(3) }, words);
      mark.addEventListener('click', () => select(place));
      marks.push({ mark, score: segment.score, place });
      box.append(mark);
    }
    return box;
  };
  return {
    elements: views.flatMap((view, index) => [...(index === 0 ? [legend()] : [heading(view)]), shaded(index)]),
    showThreshold(threshold) {
      for (const { mark, score } of marks) mark.classList.toggle('over', score >= threshold);
    },
    showSelected({ view, segment }) {
      for (const { mark, place } of marks)
        mark.classList.toggle('selected', place.view === view && place.segment === segment);
    },
  };
}

function heading({ name, techniques, hidden, source: [start, end] }: ExplainedView): Element {
  const undone = techniques.filter((technique) => technique !== name);
  return make(
    'h3',
    {},
    name,
    ...(hidden ? [' ', make('span', { class: 'badge speaks' }, 'hidden from readers')] : []),
    make(
      'span',
      { class: 'quiet' },
      `${undone.length > 0 ? ` undoes ${undone.join(', ')};` : ''} from characters ${start} to ${end} of the text`,
    ),
  );
}

function legend(): Element {
  const shades = ['0', '0.05', '0.1', '0.2', '0.35', '0.6', '0.85'].map((from, step) =>
    make('mark', { class: `heat-${step}` }, from),
  );
  const over = make('mark', { class: 'heat-0 over' }, 'underlined');
  return make(
    'p',
    { class: 'legend' },
    'Score of the strongest segment, from: ',
    ...shades,
    ' At or over the threshold: ',
    over,
  );
}
