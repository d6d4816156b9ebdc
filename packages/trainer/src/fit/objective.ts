/** What both learners minimise: per text, cross-entropy on the rows that are known and on the strongest of those that are not. */

/** One text's share of the objective. */
export interface TextTerm {
  /** Log-odds of each row. */
  readonly logits: Float64Array;
  /** As `Features.rowLabels`. */
  readonly labels: Int8Array;
  readonly weight: number;
}

/** Share of a harmless text's weight that its strongest row carries; the other rows share the rest. */
const strongestShare = 0.7;

/**
 * Gradient of the weighted loss with respect to each row's log-odds.
 * A text whose attack has no known place is judged by its strongest row alone (multiple-instance learning).
 */
export function rowGradients({ logits, labels, weight }: TextTerm, out: Float64Array, at: number): void {
  const positive = indices(labels, 1);
  const unknown = indices(labels, -1);
  const negative = indices(labels, 0);
  out.fill(0, at, at + logits.length);
  if (unknown.length > 0) {
    const top = strongest(logits, unknown);
    out[at + top] = weight * (sigmoid(logits[top] as number) - 1);
    return;
  }
  for (const row of positive) out[at + row] = (weight / positive.length) * (sigmoid(logits[row] as number) - 1);
  if (negative.length === 0) return;
  const top = strongest(logits, negative);
  const share = negative.length === 1 ? 0 : (1 - strongestShare) / negative.length;
  for (const row of negative) {
    const rowWeight = share + (row === top ? 1 - share * negative.length : 0);
    out[at + row] = weight * rowWeight * sigmoid(logits[row] as number);
  }
}

/** 1 / (1 + exp(-x)), without overflow. */
export function sigmoid(x: number): number {
  return x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x));
}

function indices(labels: Int8Array, wanted: number): number[] {
  const out: number[] = [];
  for (let i = 0; i < labels.length; i++) if (labels[i] === wanted) out.push(i);
  return out;
}

function strongest(logits: Float64Array, rows: readonly number[]): number {
  let best = rows[0] as number;
  for (const row of rows) if ((logits[row] as number) > (logits[best] as number)) best = row;
  return best;
}
