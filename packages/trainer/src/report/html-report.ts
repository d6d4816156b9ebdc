/** The report as one HTML page that loads nothing and runs no script. */
import type { TopLevelSpec } from 'vega-lite';
import type { Judged } from '../measure/judged.ts';
import type { RenderChart } from './chart-renderer.ts';
import { type HeadFigures, headFigures } from './head-figures.ts';
import { html, type Markup } from './markup.ts';
import { calibrationSpec, histogramSpec, latencySpec, recallByRateSpec, rocSpec } from './specs.ts';
import { style } from './style.ts';
import { chartTables, groupTables, interval, mistakeTable, summaryTable } from './tables.ts';

/** What the page shows besides the figures. */
export interface HtmlReportOptions {
  /** Name and value of what was measured: model, codebook, data, date. */
  readonly facts: readonly (readonly [name: string, value: string])[];
  /** Shows the texts of the worst mistakes; otherwise the page holds no screened text. */
  readonly showText?: boolean;
}

/**
 * Renders judged texts as a page.
 *
 * @example
 * ```ts
 * const page = await htmlReport(judged, await chartRenderer(), { facts: [['data', 'my-texts']] });
 * ```
 */
export async function htmlReport(
  judged: readonly Judged[],
  render: RenderChart,
  options: HtmlReportOptions,
): Promise<string> {
  const heads = (['prompt', 'data'] as const).filter((head) => judged.some((entry) => entry.head === head));
  const sections = await Promise.all(
    heads.map((head) => headSection(headFigures(head, judged, options.showText), render)),
  );
  const facts = options.facts.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`);
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>alknet-firewall: evaluation</title>
<style>${{ markup: style }}</style>
</head>
<body>
<main>
<h1>Evaluation of alknet-firewall</h1>
<dl>${facts}<dt>texts</dt><dd>${judged.length}</dd></dl>
<p class="note">Intervals are 95 % bootstrap intervals over texts. One of [0, 0] means that none was seen among so many
texts, not that there are none. A row of few texts says little.</p>
${sections}
</main>
</body>
</html>
`;
  return page.markup;
}

async function headSection(figures: HeadFigures, render: RenderChart): Promise<Markup> {
  const { report, threshold, roc, histogram, calibration, latency, mistakes, failed } = figures;
  const { head, attacks, harmless } = report;
  const charts = await Promise.all([
    ...(attacks > 0 && harmless > 0
      ? [
          chart(
            render,
            'ROC',
            `Recall against false positive rate; area under the curve ${interval(report.auc)}. The diamond is the shipped threshold.`,
            rocSpec(roc, report),
          ),
          chart(
            render,
            'Recall by false positive rate',
            'The same with the rate on a logarithmic axis, from one false alarm on.',
            recallByRateSpec(roc, report),
          ),
        ]
      : []),
    chart(
      render,
      'Scores',
      `How many texts have which score; the dashed line is the block threshold, ${threshold.toFixed(3)}.`,
      histogramSpec(histogram, threshold),
    ),
    chart(
      render,
      'Calibration',
      'Share of attacks among texts of a score, against that score; the dashed diagonal is perfect calibration.',
      calibrationSpec(calibration),
    ),
    chart(
      render,
      'Latency by length',
      'Median (solid) and 95th percentile (dashed) of the time to a verdict, waiting included: four texts are under way at once.',
      latencySpec(latency),
    ),
  ]);
  const failures =
    failed === 0
      ? ''
      : html`<p><strong>${failed} texts could not be screened</strong> and count as decided by <code>onError</code>.</p>`;
  return html`<section aria-labelledby="${head}">
<h2 id="${head}">The ${head} head: ${attacks} attacks, ${harmless} harmless texts</h2>
${failures}
${summaryTable(figures)}
<h3>Charts</h3>
<div class="charts">${charts}</div>
<h3>Groups, at the shipped threshold</h3>
${groupTables(report)}
<h3>Worst misses</h3>
${mistakeTable('Attacks that were not blocked, lowest score first', mistakes.misses)}
<h3>Worst false alarms</h3>
${mistakeTable('Harmless texts that were blocked, then ones that were flagged', mistakes.falseAlarms)}
<h3>Numbers of the charts</h3>
${chartTables(figures)}
</section>
`;
}

async function chart(render: RenderChart, name: string, description: string, spec: TopLevelSpec): Promise<Markup> {
  const label = html` role="img" aria-label="${`${name}: ${description}`}"`.markup;
  // Vega gives marks roles but no names, also with `aria: false`; here the whole is one named image.
  const unnamed = (await render(spec)).replace(/ (?:role|aria-[a-z]+)="[^"]*"/g, '');
  // A function, for `$` in a replacement string has a meaning.
  const svg = unnamed.replace(/^<svg/, () => `<svg${label}`);
  return html`<figure>${{ markup: svg }}<figcaption>${name}</figcaption><p class="note">${description}</p></figure>`;
}
