/** Sets a codebook's thresholds on a user's own harmless traffic, without touching what it has learned. */
import type { Codebook, Head, HeadName, Preset, PresetThresholds } from '@alknet/firewall-core';
import { TrainerError } from './errors.ts';
import { type Scored, shareAtOrAbove, thresholdAt } from './measure/metrics.ts';

/** Scores of harmless texts, by the head that read them. */
export type HarmlessScores = Readonly<Partial<Record<HeadName, readonly number[]>>>;

/** A text that would be blocked by chance says little: this many false positives are the least to set a rate by. */
const fewestExpectedAlarms = 1;

/**
 * The codebook with the `balanced` preset at the false positive rate asked for, on these scores; `strict` blocks at three
 * times the rate, `permissive` at a fifth; each flags at three times its own. A head without scores keeps its thresholds.
 *
 * @throws TrainerError `data-too-small` when a head has too few texts for the rate, `option-invalid` for a rate outside (0, 0.5)
 */
export function recalibrate(
  codebook: Codebook,
  scores: HarmlessScores,
  falsePositiveRate: number,
): Omit<Codebook, 'sha256'> {
  if (!(falsePositiveRate > 0 && falsePositiveRate < 0.5)) {
    throw new TrainerError('option-invalid', {
      message: `A false positive rate of ${falsePositiveRate} cannot be set`,
      where: 'fpr',
      hint: 'Give a number over 0 and under 0.5, such as 0.005.',
    });
  }
  const heads = { ...codebook.heads };
  for (const name of ['prompt', 'data'] as const) {
    const list = scores[name] ?? [];
    if (list.length === 0) continue;
    if (list.length * falsePositiveRate < fewestExpectedAlarms) {
      throw new TrainerError('data-too-small', {
        message: `${list.length} harmless texts cannot show a false positive rate of ${falsePositiveRate}`,
        where: `${name} head`,
        hint: `Give at least ${Math.ceil(fewestExpectedAlarms / falsePositiveRate)} texts that this head reads.`,
      });
    }
    heads[name] = withThresholds(heads[name], list, falsePositiveRate);
  }
  const { sha256: _, ...rest } = codebook;
  return { ...rest, heads };
}

/** False positive rates become those of this traffic; recall stays what it was on held-out attacks. */
function withThresholds(head: Head, scores: readonly number[], rate: number): Head {
  const scored = scores.map((score): Scored => ({ label: 0, score }));
  const curve = head.curve?.map((point) => ({
    ...point,
    falsePositiveRate: shareAtOrAbove(scored, 0, point.threshold),
  }));
  return { ...head, presets: presetsFor(scored, rate), ...(curve && { curve }) };
}

function presetsFor(scored: readonly Scored[], rate: number): Readonly<Record<Preset, PresetThresholds>> {
  const at = (blockRate: number): PresetThresholds => {
    const block = clamp(thresholdAt(scored, blockRate));
    const flag = Math.min(block, clamp(thresholdAt(scored, Math.min(0.5, 3 * blockRate))));
    return { flag, block, falsePositiveRate: shareAtOrAbove(scored, 0, block) };
  };
  return { strict: at(3 * rate), balanced: at(rate), permissive: at(rate / 5) };
}

function clamp(probability: number): number {
  return Math.min(1, Math.max(0, probability));
}
