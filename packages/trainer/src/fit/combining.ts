/** The part of a head that is a logistic regression: weights on what each layer and the n-grams say of a text. */
import { type Activations, type Head, layerLogit, projectSegment, textLogit } from '@alknet/firewall-core';

/** What a head says of one text. */
export interface TextEvidence {
  /** [layers + 2] at the strongest row: each layer's log-odds before its weight, the n-grams' log-odds, 1. */
  readonly values: Float64Array;
  /** Rows that were looked at. */
  readonly rows: number;
}

/** [layers + 2]: each layer's weight, the n-grams' weight, the bias. */
export function combiningWeights({ layers, ngramWeight, bias }: Head): Float64Array {
  return Float64Array.of(...layers.map(({ weight }) => weight), ngramWeight, bias);
}

/**
 * Evidence of a text at its strongest row.
 *
 * @param activations all rows of the text
 * @param ngramLogits [rows]
 */
export function textEvidence(head: Head, activations: Activations, ngramLogits: Float64Array): TextEvidence {
  const weights = combiningWeights(head);
  const rows = activations.segments;
  let best: TextEvidence | undefined;
  let most = Number.NEGATIVE_INFINITY;
  for (let row = 0; row < rows; row++) {
    const values = Float64Array.of(
      ...head.layers.map((layer, index) => {
        const hidden = activations.layers[index] as Float32Array;
        return layerLogit(layer, projectSegment(layer, hidden, row)).logit;
      }),
      ngramLogits[row] as number,
      1,
    );
    const logit = dot(weights, values);
    if (best !== undefined && logit <= most) continue;
    most = logit;
    best = { values, rows };
  }
  return best as TextEvidence;
}

/** Calibrated log-odds of a text with these combining weights. */
export function calibratedLogit(head: Head, weights: Float64Array, { values, rows }: TextEvidence): number {
  const { slope, intercept } = head.calibration;
  return slope * textLogit(head, dot(weights, values), rows) + intercept;
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] as number), 0);
}
