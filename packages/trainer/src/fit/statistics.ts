/** What the training texts say about the combining weights, kept in the codebook so that examples can be added without them. */
import { type Activations, type FitStatistics, type Head, scoreNgrams } from '@alknet/firewall-core';
import type { Features } from '../features/features.ts';
import { fromBfloat16 } from '../features/store.ts';
import { calibratedLogit, combiningWeights, textEvidence } from './combining.ts';
import type { HeadData } from './head-data.ts';
import { sigmoid } from './objective.ts';

/** Texts that the curvature is taken from; an even sample. */
const sampledTexts = 6000;

/** Curvature of the texts' cross-entropy at the head's combining weights, in units of one text. `weights` has one entry a text. */
export function measureStatistics(head: Head, data: HeadData, weights: Float64Array): FitStatistics {
  const { texts } = data;
  const combining = combiningWeights(head);
  const size = combining.length;
  const precision = new Float64Array(size * size);
  const stride = Math.max(1, Math.floor(texts.length / sampledTexts));
  let sampled = 0;
  for (let i = 0; i < texts.length; i += stride) {
    const text = texts[i] as Features;
    const weight = weights[i] as number;
    if (text.rows.length === 0) continue;
    const evidence = textEvidence(head, readRows(data, text), scoreNgrams(head.ngrams, text.ids, text.rows));
    const probability = sigmoid(calibratedLogit(head, combining, evidence));
    addCurvature(precision, evidence.values, head.calibration.slope, probability, weight);
    sampled += weight;
  }
  return { precision: [...precision.map((value) => (value * texts.length) / sampled)], texts: texts.length };
}

/** Adds weight * p (1 - p) * slope^2 * values values' to a Hessian, in place. */
export function addCurvature(
  hessian: Float64Array,
  values: Float64Array,
  slope: number,
  probability: number,
  weight = 1,
): void {
  const size = values.length;
  const bend = weight * probability * (1 - probability) * slope ** 2;
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++)
      (hessian[row * size + column] as number) += bend * (values[row] as number) * (values[column] as number);
  }
}

/** A text's rows as the model gave them, one matrix [rows, width] a layer. */
function readRows({ store, layers, width }: HeadData, { firstRow, rows }: Features): Activations {
  const values = new Float32Array(rows.length * layers.length * width);
  fromBfloat16(store.read(firstRow, rows.length), values);
  const matrices = layers.map((_, layer) => {
    const matrix = new Float32Array(rows.length * width);
    for (let row = 0; row < rows.length; row++) {
      const from = (row * layers.length + layer) * width;
      matrix.set(values.subarray(from, from + width), row * width);
    }
    return matrix;
  });
  return { segments: rows.length, width, layers: matrices };
}
