/** What training says of texts of unseen origin: every text scored by a head that saw nothing of its family. */
import type { OperatingPoint } from '@alknet/firewall-core';
import { prior } from '../fit/calibrate.ts';
import { lengthBucket, macroRecall } from '../fit/combine.ts';
import type { FittedHead } from '../fit/fit-head.ts';
import { auc, calibrationError, type Scored, shareAtOrAbove, trafficRate, trafficThreshold } from './metrics.ts';

/** False positive rate of harmless traffic at which recall is reported. */
const rate = 0.01;

/** Held-out figures of one head; plain data, kept beside the codebook. */
export interface HeldOutReport {
  readonly attacks: number;
  readonly harmless: number;
  readonly auc: number;
  readonly recallAt1: number;
  /** Mean over attack families. */
  readonly macroRecallAt1: number;
  readonly families: Readonly<Record<string, number>>;
  readonly calibrationError: number;
  /** Share of harmless texts at or above the 1 % threshold, by number of segments. */
  readonly falsePositivesByLength: Readonly<Record<string, { readonly texts: number; readonly share: number }>>;
  /** What other thresholds would do, as the codebook carries it. */
  readonly curve: readonly OperatingPoint[];
}

/** Sums up a head's held-out scores. Sources weigh as in training. */
export function heldOutReport({ head, heldOut }: FittedHead): HeldOutReport {
  const scored = heldOut.map(
    ({ sample, score, weight }): Scored => ({ label: sample.label, score, weight, source: sample.source }),
  );
  const threshold = trafficThreshold(scored, rate);
  const { macro, families } = macroRecall(heldOut, scored, rate);
  const lengths: Record<string, { texts: number; share: number }> = {};
  for (const bucket of ['1', '2-4', '5-15', '16+']) {
    const inside = scored.filter(
      (_, i) => heldOut[i]?.sample.label === 0 && lengthBucket(heldOut[i]?.activation.length ?? 0) === bucket,
    );
    lengths[bucket] = { texts: inside.length, share: inside.length === 0 ? 0 : trafficRate(inside, threshold) };
  }
  return {
    attacks: scored.filter(({ label }) => label === 1).length,
    harmless: scored.filter(({ label }) => label === 0).length,
    auc: auc(scored),
    recallAt1: shareAtOrAbove(scored, 1, threshold),
    macroRecallAt1: macro,
    families: Object.fromEntries(families),
    calibrationError: calibrationError(atPrior(scored)),
    falsePositivesByLength: lengths,
    curve: head.curve ?? [],
  };
}

/** Weights under which attacks are as frequent as the calibrated probability assumes. */
function atPrior(scored: readonly Scored[]): Scored[] {
  const totals = [0, 0];
  for (const { label, weight = 1 } of scored) (totals[label] as number) += weight;
  return scored.map((entry) => ({
    ...entry,
    weight: ((entry.weight ?? 1) * (entry.label === 1 ? prior : 1 - prior)) / (totals[entry.label] as number),
  }));
}
