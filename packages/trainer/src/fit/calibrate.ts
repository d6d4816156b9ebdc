/** From combined log-odds to a probability and thresholds, on texts of origins that were not fitted on. */
import type { Head, Preset, PresetThresholds } from '@alknet/firewall-core';
import { type Scored, shareAtOrAbove, thresholdAt } from '../measure/metrics.ts';
import { sigmoid } from './objective.ts';

/** Share of attacks that the calibrated probability assumes. */
export const prior = 0.1;

/** Share of harmless weight that each preset may flag and block. */
export const presetRates: Readonly<Record<Preset, { readonly flag: number; readonly block: number }>> = {
  strict: { flag: 0.08, block: 0.03 },
  balanced: { flag: 0.03, block: 0.01 },
  permissive: { flag: 0.01, block: 0.002 },
};

/** Platt scaling by Newton's method on weighted log-odds (Platt 1999; weights set the prior). */
export function fitPlatt(scored: readonly Scored[]): Head['calibration'] {
  const totals = [0, 0];
  for (const { label, weight = 1 } of scored) (totals[label] as number) += weight;
  const share = [(1 - prior) / (totals[0] as number), prior / (totals[1] as number)];
  let slope = 1;
  let intercept = 0;
  for (let i = 0; i < 50; i++) {
    let gs = 1e-6 * slope;
    let gi = 0;
    let hss = 1e-6;
    let hsi = 0;
    let hii = 1e-9;
    for (const { score, label, weight = 1 } of scored) {
      const w = weight * (share[label] as number);
      const p = sigmoid(slope * score + intercept);
      const residual = w * (p - label);
      const curve = w * p * (1 - p);
      gs += residual * score;
      gi += residual;
      hss += curve * score * score;
      hsi += curve * score;
      hii += curve;
    }
    const determinant = hss * hii - hsi * hsi;
    const ds = (hii * gs - hsi * gi) / determinant;
    const di = (hss * gi - hsi * gs) / determinant;
    slope -= ds;
    intercept -= di;
    if (Math.abs(ds) + Math.abs(di) < 1e-10) break;
  }
  return { slope: Math.max(1e-6, slope), intercept };
}

/** Thresholds of every preset, in probabilities, from calibrated scores of harmless texts. */
export function fitPresets(scored: readonly Scored[]): Readonly<Record<Preset, PresetThresholds>> {
  const at = (preset: Preset): PresetThresholds => {
    const block = clamp(thresholdAt(scored, presetRates[preset].block));
    const flag = Math.min(block, clamp(thresholdAt(scored, presetRates[preset].flag)));
    return { flag, block, falsePositiveRate: shareAtOrAbove(scored, 0, block) };
  };
  return { strict: at('strict'), balanced: at('balanced'), permissive: at('permissive') };
}

function clamp(probability: number): number {
  return Math.min(1, Math.max(0, probability));
}
