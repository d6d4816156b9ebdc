/** From combined log-odds to a probability and thresholds, on texts of origins that were not fitted on. */
import type { Head, Preset, PresetThresholds } from '@alknet/firewall-core';
import { type Scored, trafficRate, trafficThreshold } from '../measure/metrics.ts';
import { sigmoid } from './objective.ts';

/** Share of attacks that the calibrated probability assumes. */
export const prior = 0.1;

/** Share of harmless weight that each preset may flag and block. */
export const presetRates: Readonly<Record<Preset, { readonly flag: number; readonly block: number }>> = {
  strict: { flag: 0.08, block: 0.03 },
  balanced: { flag: 0.03, block: 0.01 },
  permissive: { flag: 0.01, block: 0.002 },
};

/**
 * Platt scaling by Newton's method with halved steps, on weighted log-odds; the weights set the prior
 * (Platt 1999; Lin, Lin and Weng, "A note on Platt's probabilistic outputs for support vector machines", 2007).
 */
export function fitPlatt(scored: readonly Scored[]): Head['calibration'] {
  const totals = [0, 0];
  for (const { label, weight = 1 } of scored) (totals[label] as number) += weight;
  const shares = [(1 - prior) / (totals[0] as number), prior / (totals[1] as number)];
  const points = scored.map(({ score, label, weight = 1 }) => ({
    score,
    label,
    weight: weight * (shares[label] as number),
  }));
  let curve = { slope: 0, intercept: Math.log(prior / (1 - prior)) };
  let loss = lossOf(points, curve);
  for (let i = 0; i < 100; i++) {
    const step = newtonStep(points, curve);
    let size = 1;
    let next = curve;
    let nextLoss = loss;
    for (; size > 1e-10; size /= 2) {
      next = { slope: curve.slope - size * step.slope, intercept: curve.intercept - size * step.intercept };
      nextLoss = lossOf(points, next);
      if (nextLoss < loss) break;
    }
    if (!(nextLoss < loss - 1e-12)) break;
    curve = next;
    loss = nextLoss;
  }
  return { slope: Math.max(1e-6, curve.slope), intercept: curve.intercept };
}

type Point = Required<Pick<Scored, 'score' | 'label' | 'weight'>>;

/** Mean cross-entropy, with a trace of regularisation so that separable points have a finite best. */
function lossOf(points: readonly Point[], { slope, intercept }: Head['calibration']): number {
  let loss = 0.5 * 1e-6 * slope * slope;
  for (const { score, label, weight } of points) {
    const z = slope * score + intercept;
    // -log p of the label, written so that no exponential overflows.
    loss += weight * (Math.max(z, 0) - z * label + Math.log1p(Math.exp(-Math.abs(z))));
  }
  return loss;
}

function newtonStep(points: readonly Point[], { slope, intercept }: Head['calibration']): Head['calibration'] {
  let gs = 1e-6 * slope;
  let gi = 0;
  let hss = 1e-6;
  let hsi = 0;
  let hii = 1e-9;
  for (const { score, label, weight } of points) {
    const p = sigmoid(slope * score + intercept);
    const residual = weight * (p - label);
    const bend = weight * p * (1 - p);
    gs += residual * score;
    gi += residual;
    hss += bend * score * score;
    hsi += bend * score;
    hii += bend;
  }
  const determinant = hss * hii - hsi * hsi;
  return { slope: (hii * gs - hsi * gi) / determinant, intercept: (hss * gi - hsi * gs) / determinant };
}

/** Thresholds of every preset, in probabilities, from calibrated scores of harmless texts. */
export function fitPresets(scored: readonly Scored[]): Readonly<Record<Preset, PresetThresholds>> {
  const at = (preset: Preset): PresetThresholds => {
    const block = clamp(trafficThreshold(scored, presetRates[preset].block));
    const flag = Math.min(block, clamp(trafficThreshold(scored, presetRates[preset].flag)));
    return { flag, block, falsePositiveRate: trafficRate(scored, block) };
  };
  return { strict: at('strict'), balanced: at('balanced'), permissive: at('permissive') };
}

function clamp(probability: number): number {
  return Math.min(1, Math.max(0, probability));
}
