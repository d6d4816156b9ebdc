/** Everything that the report shows of one head, as plain data. */
import type { HeadName, OperatingPoint } from '@alknet/firewall-core';
import { type HeadReport, report } from '../measure/evaluate.ts';
import { type Figure, figure, type Judged, scoresOf } from '../measure/judged.ts';
import { type LatencyBucket, latencyByLength } from '../measure/latency.ts';
import { type ReliabilityBin, recallAt, reliabilityBins, type Scored } from '../measure/metrics.ts';
import { type Mistakes, worstMistakes } from '../measure/mistakes.ts';
import { rocCurve } from '../measure/roc.ts';

/** Texts of one label whose scores lie in [low, high), the last bin's 1 included. */
export interface HistogramBin {
  readonly kind: 'attacks' | 'harmless';
  readonly low: number;
  readonly high: number;
  readonly texts: number;
}

/** One head's part of the report. */
export interface HeadFigures {
  readonly report: HeadReport;
  /** From this score on, texts were blocked. */
  readonly threshold: number;
  /** Texts whose screening failed; they count as the decision that `onError` gave. */
  readonly failed: number;
  readonly roc: readonly OperatingPoint[];
  readonly recalls: readonly { readonly rate: number; readonly recall: Figure }[];
  readonly histogram: readonly HistogramBin[];
  readonly calibration: readonly ReliabilityBin[];
  readonly latency: readonly LatencyBucket[];
  readonly mistakes: Mistakes;
}

const rates = [0.001, 0.01, 0.05, 0.1] as const;

/** Figures of one head over the texts that it read. */
export function headFigures(head: HeadName, judged: readonly Judged[], showText = false): HeadFigures {
  const texts = judged.filter((entry) => entry.head === head);
  const scored = scoresOf(texts);
  return {
    report: report(head, texts),
    threshold: texts[0]?.verdict.thresholds.block ?? Number.NaN,
    failed: texts.filter(({ verdict }) => verdict.status === 'failed').length,
    roc: rocCurve(scored),
    recalls: rates.map((rate) => ({ rate, recall: figure(scored, (items) => recallAt(items, rate)) })),
    histogram: [...histogram('attacks', 1, scored), ...histogram('harmless', 0, scored)],
    calibration: reliabilityBins(scored),
    latency: latencyByLength(texts),
    mistakes: worstMistakes(head, texts, showText),
  };
}

function histogram(kind: HistogramBin['kind'], label: 0 | 1, scored: readonly Scored[]): HistogramBin[] {
  const inside = scored.filter((entry) => entry.label === label);
  return reliabilityBins(inside, 20).map(({ low, high, weight }) => ({ kind, low, high, texts: weight }));
}
