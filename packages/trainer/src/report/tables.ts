/** The report's tables. */
import type { HeadReport } from '../measure/evaluate.ts';
import type { GroupReport } from '../measure/groups.ts';
import type { Figure } from '../measure/judged.ts';
import type { Mistake } from '../measure/mistakes.ts';
import type { HeadFigures } from './head-figures.ts';
import { html, type Markup } from './markup.ts';

type Cell = string | number | Markup;

/** A table with its caption; the first cell of each row names it. Columns that start with `#` hold numbers. */
export function table(caption: string, columns: readonly string[], rows: readonly (readonly Cell[])[]): Markup {
  const numeric = columns.map((column) => (column.startsWith('#') ? 'number' : 'text'));
  const head = columns.map(
    (column, i) => html`<th scope="col" class="${numeric[i] as string}">${column.replace(/^#/, '')}</th>`,
  );
  const body = rows.map(([name = '', ...cells]) => {
    const data = cells.map((cell, i) => html`<td class="${numeric[i + 1] as string}">${cell}</td>`);
    return html`<tr><th scope="row">${name}</th>${data}</tr>\n`;
  });
  return html`<div class="scroll" role="group" aria-label="${caption}" tabindex="0"><table><caption>${caption}</caption>
<thead><tr>${head}</tr></thead>
<tbody>${body}</tbody></table></div>`;
}

/** The head's figures in short. */
export function summaryTable({ report, recalls }: HeadFigures): Markup {
  return table(
    'In short',
    ['figure', '#value [95 % interval]'],
    [
      ['AUC', interval(report.auc)],
      ...recalls.map(({ rate, recall }): Cell[] => [
        `recall where ${percent(rate)} of these harmless texts are blocked`,
        interval(recall),
      ]),
      ['attacks blocked at the shipped threshold', interval(report.blockedAttacks)],
      ['harmless texts blocked at the shipped threshold', interval(report.blockedHarmless)],
      ['expected calibration error (as found, not at the prior)', fixed(report.calibrationError)],
    ],
  );
}

/** What is blocked by source, language group and length. */
export function groupTables({ sources, languages, lengths }: HeadReport): Markup[] {
  const named: readonly (readonly [string, string, readonly GroupReport[]])[] = [
    ['By data set', 'data set', sources],
    ['By language group', 'language group', languages],
    ['By length', 'length', lengths],
  ];
  return named.map(([caption, column, groups]) =>
    table(
      caption,
      [column, 'kind', '#texts', '#blocked [95 % interval]', '#flagged besides'],
      groups.map(({ group, label, texts, blocked, flagged }) => [
        group,
        label === 1 ? 'attack' : 'harmless',
        texts,
        interval(blocked),
        fixed(flagged),
      ]),
    ),
  );
}

/** The numbers behind the charts of score, calibration and latency. */
export function chartTables({ histogram, calibration, latency }: HeadFigures): Markup[] {
  const half = histogram.length / 2;
  return [
    table(
      'Texts by score',
      ['score', '#attacks', '#harmless'],
      histogram
        .slice(0, half)
        .map(({ low, high, texts }, i) => [range(low, high), texts, histogram[half + i]?.texts ?? 0]),
    ),
    table(
      'Calibration',
      ['score', '#texts', '#mean score', '#share that are attacks'],
      calibration.map(({ low, high, weight, score, attacks }) => [
        range(low, high),
        weight,
        fixed(score),
        fixed(attacks),
      ]),
    ),
    table(
      'Latency by length',
      ['tokens, at most', '#texts', '#median ms', '#95th percentile ms'],
      latency.map(({ mostTokens, texts, median, p95 }) => [mostTokens, texts, median.toFixed(1), p95.toFixed(1)]),
    ),
  ];
}

/** The worst mistakes of one kind. The text is a column of its own, where it was asked for. */
export function mistakeTable(caption: string, mistakes: readonly Mistake[]): Markup {
  if (mistakes.length === 0) return html`<p>None.</p>`;
  const withText = mistakes.some(({ text }) => text !== undefined);
  const columns = ['id', 'data set', 'category', '#score', 'decision', '#characters', 'strongest place', 'view'];
  return table(
    caption,
    withText ? [...columns, 'text'] : columns,
    mistakes.map(({ id, source, category, score, decision, characters, span, view, text }) => [
      id,
      source,
      category,
      fixed(score),
      decision,
      characters,
      span === undefined ? '-' : `${span[0]}-${span[1]}`,
      view ?? '-',
      ...(text === undefined ? [] : [html`<pre dir="auto" tabindex="0">${text}</pre>`]),
    ]),
  );
}

/** A figure as the report prints it. */
export function interval({ value, interval: [low, high] }: Figure): string {
  return Number.isNaN(value) ? '-' : `${fixed(value)} [${fixed(low)}, ${fixed(high)}]`;
}

/** A share as a percentage, without needless digits. */
export function percent(share: number): string {
  return `${Number((share * 100).toPrecision(3))} %`;
}

function fixed(value: number): string {
  return Number.isNaN(value) ? '-' : value.toFixed(3);
}

function range(low: number, high: number): string {
  return `${low.toFixed(2)}-${high.toFixed(2)}`;
}
