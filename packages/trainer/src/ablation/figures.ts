/** From the scores of a variant's parts to its figures. */
import { chooseCombination, combined, type HeldOut } from '../fit/combine.ts';
import { type Figure, figure } from '../measure/judged.ts';
import { auc, recallAt, type Scored } from '../measure/metrics.ts';
import type { ScoredRows, VariantScores } from './score-variant.ts';

/** One row and head of the ablation table. */
export interface AblationFigures {
  readonly attacks: number;
  readonly harmless: number;
  /** On the benchmark. */
  readonly auc: Figure;
  /** Recall where 1 % of the benchmark's harmless texts are at or above the threshold. */
  readonly recallAt1: Figure;
  /** On training texts whose family the fit left out; weighted as in training. */
  readonly heldOutAuc: number;
}

/**
 * Combines the parts as training does, with a weight and a length correction chosen on the held-out training texts.
 *
 * @param parts activations, n-grams, or both in this order
 */
export function ablationFigures(parts: readonly VariantScores[]): AblationFigures {
  const heldOut = together(parts.map((part) => part.heldOut));
  const combination = chooseCombination(heldOut);
  const scored = (texts: readonly HeldOut[]): Scored[] =>
    texts.map((text) => ({ label: text.sample.label, weight: text.weight, score: combined(text, combination) }));
  const benchmark = scored(together(parts.map((part) => part.benchmark)));
  return {
    attacks: benchmark.filter(({ label }) => label === 1).length,
    harmless: benchmark.filter(({ label }) => label === 0).length,
    auc: figure(benchmark, auc),
    recallAt1: figure(benchmark, (items) => recallAt(items, 0.01)),
    heldOutAuc: auc(scored(heldOut)),
  };
}

/** The parts text by text; with one part alone, the other says nothing. */
function together([first, second]: readonly (readonly ScoredRows[])[]): HeldOut[] {
  return (first ?? []).map(({ sample, weight, rows }, i) => {
    const other = second?.[i];
    if (other !== undefined && (other.sample.id !== sample.id || other.rows.length !== rows.length))
      throw new Error('the parts of a variant were scored on different texts');
    return {
      sample,
      weight,
      activation: Float64Array.from(rows),
      ngram: Float64Array.from(other?.rows ?? rows.map(() => 0)),
    };
  });
}
