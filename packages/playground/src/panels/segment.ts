/** One segment: what each layer adds to its score, against the threshold, and the prototype it is nearest to. */
import type { ExplainedSegment } from '@alknet/firewall-core';
import { make } from '../dom.ts';

/** A step from the start to the sum, in calibrated log-odds. */
interface Step {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly prototype: string;
  readonly similarity: string;
}

/** Width and height of a bar's drawing; the page scales it. */
const chart = { width: 200, height: 16 };

/**
 * A table with a bar a layer. The bars follow one another from what every text starts with to the segment's score; the
 * upright line is the threshold.
 *
 * @param slope of the head's calibration: what a layer's log-odds count in the score's
 */
export function segmentPanel({ score, layers }: ExplainedSegment, slope: number, threshold: number): Element[] {
  const steps = stepsOf(score, layers, slope);
  const limit = logOdds(threshold);
  const ends = steps.flatMap(({ from, to }) => [from, to]).concat(limit);
  const least = Math.min(...ends);
  const scale = chart.width / (Math.max(...ends) - least || 1);
  const x = (value: number): string => ((value - least) * scale).toFixed(1);
  const bar = ({ from, to }: Step): Element => {
    const [left, right] = [Math.min(from, to), Math.max(from, to)];
    const width = Math.max(1, (right - left) * scale).toFixed(1);
    const kind = to >= from ? 'towards-attack' : 'towards-harmless';
    return make(
      'svg',
      { viewBox: `-2 0 ${chart.width + 4} ${chart.height}`, 'aria-hidden': true, preserveAspectRatio: 'none' },
      make('rect', { x: x(left), y: 3, width, height: chart.height - 6, class: kind }),
      make('line', { x1: x(limit), x2: x(limit), y1: 0, y2: chart.height, class: 'limit' }),
    );
  };
  const head = ['Layer', 'Log-odds', 'Bars up to the score; line: threshold', 'Nearest prototype', 'Cosine'];
  const row = (step: Step): Element =>
    make(
      'tr',
      {},
      make('th', { scope: 'row' }, step.name),
      make('td', { class: 'number' }, signed(step.to - step.from)),
      make('td', { class: 'bar' }, bar(step)),
      make('td', {}, step.prototype),
      make('td', { class: 'number' }, step.similarity),
    );
  const difference = logOdds(score) - limit;
  const summary =
    `Together ${signed(logOdds(score))} log-odds, a score of ${score.toFixed(3)}: ${Math.abs(difference).toFixed(2)} ` +
    `${difference >= 0 ? 'over' : 'under'} the threshold of ${threshold.toFixed(3)}.`;
  return [
    make('p', { id: 'summary' }, summary),
    make(
      'div',
      { class: 'scrolls', tabindex: 0, role: 'group', 'aria-label': 'Layers of the segment' },
      make(
        'table',
        { 'aria-describedby': 'summary' },
        make('thead', {}, make('tr', {}, ...head.map((name) => make('th', { scope: 'col' }, name)))),
        make('tbody', {}, ...steps.map(row)),
      ),
    ),
  ];
}

function stepsOf(score: number, layers: ExplainedSegment['layers'], slope: number): Step[] {
  let at = logOdds(score) - layers.reduce((sum, { logit }) => sum + slope * logit, 0);
  const steps: Step[] = [{ name: 'start', from: 0, to: at, prototype: '', similarity: '' }];
  for (const { layer, logit, prototype = '', similarity } of layers) {
    const to = at + slope * logit;
    const name = layer === 0 ? '0 (n-grams)' : `${layer}`;
    steps.push({ name, from: at, to, prototype, similarity: similarity?.toFixed(2) ?? '' });
    at = to;
  }
  return steps;
}

/** Far beyond what a calibrated score reaches, so that 0 and 1 stay finite. */
const tiny = 1e-9;

function logOdds(probability: number): number {
  const p = Math.min(1 - tiny, Math.max(tiny, probability));
  return Math.log(p / (1 - p));
}

function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(2)}`;
}
