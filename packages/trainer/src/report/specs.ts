/** The figures of one head as Vega-Lite charts. Colours are CSS: the page sets them for light, dark and print. */
import type { OperatingPoint } from '@alknet/firewall-core';
import type { TopLevelSpec } from 'vega-lite';
import type { HeadReport } from '../measure/evaluate.ts';
import type { LatencyBucket } from '../measure/latency.ts';
import type { ReliabilityBin } from '../measure/metrics.ts';
import type { HistogramBin } from './head-figures.ts';

const accent = 'var(--accent)';
const faint = 'var(--faint)';
const shared = {
  $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
  background: 'transparent',
  width: 300,
  height: 220,
  config: {
    // The page names each chart as one image, and gives its numbers in a table.
    aria: false,
    font: 'system-ui, sans-serif',
    axis: {
      labelColor: 'currentColor',
      titleColor: 'currentColor',
      domainColor: 'currentColor',
      tickColor: 'currentColor',
      gridColor: faint,
      titleFontWeight: 'normal',
    },
    header: { labelColor: 'currentColor', titleColor: 'currentColor' },
    view: { stroke: faint },
  },
} as const;

const unit = { domain: [0, 1] };
const recall = { field: 'recall', type: 'quantitative', title: 'recall', scale: unit } as const;
const diagonal = {
  data: {
    values: [
      { x: 0, y: 0 },
      { x: 1, y: 1 },
    ],
  },
  mark: { type: 'line', color: faint, strokeDash: [4, 4] as number[] },
  encoding: { x: { field: 'x', type: 'quantitative' }, y: { field: 'y', type: 'quantitative' } },
} as const;

/** Recall against false positive rate, with the point of the shipped threshold. */
export function rocSpec(curve: readonly OperatingPoint[], report: HeadReport): TopLevelSpec {
  const x = { field: 'falsePositiveRate', type: 'quantitative', title: 'false positive rate', scale: unit } as const;
  return { ...shared, layer: [diagonal, steps(curve, x), shippedPoint(report, x)] };
}

/** The same with the rate on a logarithmic axis, from one false alarm on: a rate of 0 has no place there. */
export function recallByRateSpec(curve: readonly OperatingPoint[], report: HeadReport): TopLevelSpec {
  const measurable = curve.filter(({ falsePositiveRate }) => falsePositiveRate > 0);
  const x = {
    field: 'falsePositiveRate',
    type: 'quantitative',
    title: 'false positive rate (logarithmic)',
    scale: { type: 'log', domain: [Math.min(1 / report.harmless, 0.1), 1] as number[] },
    axis: { format: '~%', tickCount: 4 },
  } as const;
  const shipped = report.blockedHarmless.value > 0 ? [shippedPoint(report, x)] : [];
  return { ...shared, layer: [steps(measurable, x), ...shipped] };
}

/** How many texts of each label have which score. */
export function histogramSpec(bins: readonly HistogramBin[], threshold: number): TopLevelSpec {
  const bars = {
    mark: { type: 'bar', color: accent },
    encoding: {
      x: { field: 'low', type: 'quantitative', title: 'score', scale: unit, bin: { binned: true, step: 0.05 } },
      x2: { field: 'high' },
      y: { field: 'texts', type: 'quantitative', title: 'texts' },
    },
  } as const;
  const rule = {
    mark: { type: 'rule', color: 'currentColor', strokeDash: [2, 2] as number[] },
    encoding: { x: { datum: threshold } },
  } as const;
  return {
    ...shared,
    data: { values: [...bins] },
    facet: { row: { field: 'kind', type: 'nominal', title: null } },
    spec: { width: 300, height: 90, layer: [bars, rule] },
    resolve: { scale: { y: 'independent' } },
  };
}

/** Share of attacks found against score predicted. */
export function calibrationSpec(bins: readonly ReliabilityBin[]): TopLevelSpec {
  const found = {
    data: { values: bins.filter(({ weight }) => weight > 0) },
    mark: { type: 'line', color: accent, point: { color: accent, filled: true, size: 50 } },
    encoding: {
      x: { field: 'score', type: 'quantitative', title: 'mean score', scale: unit },
      y: { field: 'attacks', type: 'quantitative', title: 'share that are attacks', scale: unit },
    },
  } as const;
  return { ...shared, layer: [diagonal, found] };
}

/** Median and 95th percentile of the time by length; both axes logarithmic. */
export function latencySpec(buckets: readonly LatencyBucket[]): TopLevelSpec {
  const values = buckets.flatMap(({ mostTokens, median, p95 }) => [
    { mostTokens, quantile: 'median', ms: median },
    { mostTokens, quantile: '95th percentile', ms: p95 },
  ]);
  return {
    ...shared,
    data: { values },
    mark: { type: 'line', color: accent, point: { color: accent, filled: true } },
    encoding: {
      x: { field: 'mostTokens', type: 'quantitative', title: 'tokens, at most', scale: { type: 'log', base: 2 } },
      y: { field: 'ms', type: 'quantitative', title: 'milliseconds', scale: { type: 'log' } },
      strokeDash: {
        field: 'quantile',
        type: 'nominal',
        title: null,
        sort: ['median', '95th percentile'],
        legend: {
          orient: 'top',
          labelColor: 'currentColor',
          symbolType: 'stroke',
          symbolSize: 400,
          symbolFillColor: 'transparent',
        },
      },
    },
  };
}

function steps<X>(curve: readonly OperatingPoint[], x: X) {
  const values = curve.map(({ falsePositiveRate, recall: y }) => ({ falsePositiveRate, recall: y }));
  return {
    data: { values },
    mark: { type: 'line', color: accent, interpolate: 'step-after' },
    encoding: { x, y: recall, order: { field: 'recall', type: 'quantitative' } },
  } as const;
}

function shippedPoint<X>({ blockedHarmless, blockedAttacks }: HeadReport, x: X) {
  return {
    data: { values: [{ falsePositiveRate: blockedHarmless.value, recall: blockedAttacks.value }] },
    mark: { type: 'point', shape: 'diamond', size: 90, filled: true, color: 'currentColor' },
    encoding: { x, y: recall },
  } as const;
}
