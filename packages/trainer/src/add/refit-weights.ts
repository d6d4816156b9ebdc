/** The combining weights after examples were added, held to the old ones as firmly as the training texts held them. */
import type { FitStatistics, Head } from '@alknet/firewall-core';
import { combiningWeights } from '../fit/combining.ts';
import { sigmoid } from '../fit/objective.ts';
import { addCurvature } from '../fit/statistics.ts';
import { type Example, evidenceAt, strongestPlace, tellingPlace } from './example.ts';

const mostSteps = 20;

/**
 * Layer and n-gram weights that minimise the examples' cross-entropy + 1/2 (w - w0)' precision (w - w0), by Newton's method.
 * The bias stays: a free one takes whatever lifts the examples, and lifts every harmless text with them. A head without
 * statistics is returned as it is.
 */
export function refitWeights(head: Head, examples: readonly Example[]): Head {
  const { statistics } = head;
  if (statistics === undefined) return head;
  const start = combiningWeights(head);
  const size = start.length;
  const free = size - 1;
  const { slope, intercept } = head.calibration;
  let current = head;
  for (let step = 0; step < mostSteps; step++) {
    const away = combiningWeights(current).map((weight, i) => weight - (start[i] as number));
    const hessian = Float64Array.from(statistics.precision);
    const gradient = Float64Array.from(start, (_, row) =>
      away.reduce((sum, value, column) => sum + (statistics.precision[row * size + column] as number) * value, 0),
    );
    for (const example of examples) {
      const place = tellingPlace(current, example);
      if (place === undefined) continue;
      const values = evidenceAt(current, place);
      const probability = sigmoid(slope * place.logit + intercept);
      for (let i = 0; i < size; i++)
        (gradient[i] as number) += slope * (probability - example.label) * (values[i] as number);
      addCurvature(hessian, values, slope, probability);
    }
    const change = solve(
      Array.from({ length: free }, (_, row) => [...hessian.subarray(row * size, row * size + free)]),
      gradient.subarray(0, free),
    );
    current = withWeights(current, change);
    if (change.every((value) => Math.abs(value) < 1e-6)) break;
  }
  return current;
}

/** The head's statistics with the examples counted in, at its weights. */
export function withStatistics(head: Head, examples: readonly Example[]): Head {
  const { statistics, calibration } = head;
  if (statistics === undefined) return head;
  const precision = Float64Array.from(statistics.precision);
  let texts = 0;
  for (const example of examples) {
    const place = strongestPlace(head, example);
    if (place === undefined) continue;
    const probability = sigmoid(calibration.slope * place.logit + calibration.intercept);
    addCurvature(precision, evidenceAt(head, place), calibration.slope, probability);
    texts++;
  }
  const counted: FitStatistics = { precision: [...precision], texts: statistics.texts + texts };
  return { ...head, statistics: counted };
}

/** `change` is taken off the layers' weights, in order, and off the n-grams'. */
function withWeights(head: Head, change: readonly number[]): Head {
  const layers = head.layers.map((layer, i) => ({ ...layer, weight: layer.weight - (change[i] as number) }));
  return { ...head, layers, ngramWeight: head.ngramWeight - (change[layers.length] as number) };
}

/** Solves a symmetric positive definite system by Cholesky's method; the matrix is overwritten with its factor. */
function solve(matrix: number[][], right: Float64Array): number[] {
  const at = (row: number, column: number): number => (matrix[row] as number[])[column] as number;
  const size = right.length;
  for (let row = 0; row < size; row++) {
    for (let column = 0; column <= row; column++) {
      let rest = at(row, column);
      for (let k = 0; k < column; k++) rest -= at(row, k) * at(column, k);
      (matrix[row] as number[])[column] = row === column ? Math.sqrt(rest) : rest / at(column, column);
    }
  }
  const solution = [...right];
  for (let row = 0; row < size; row++) {
    for (let k = 0; k < row; k++) (solution[row] as number) -= at(row, k) * (solution[k] as number);
    (solution[row] as number) /= at(row, row);
  }
  for (let row = size - 1; row >= 0; row--) {
    for (let k = row + 1; k < size; k++) (solution[row] as number) -= at(k, row) * (solution[k] as number);
    (solution[row] as number) /= at(row, row);
  }
  return solution;
}
