/** How far two sets of activations lie apart, layer by layer. */

/** One layer's agreement over all vectors compared. */
export interface LayerError {
  readonly layer: number;
  readonly vectors: number;
  /** Relative L2 distance |candidate - reference| / |reference|, mean and largest over the vectors. */
  readonly meanError: number;
  readonly maxError: number;
  /** Cosine similarity, smallest over the vectors. */
  readonly minCosine: number;
}

/** Adds up comparisons of one layer. */
export class LayerErrorSum {
  private vectors = 0;
  private errors = 0;
  private maxError = 0;
  private minCosine = 1;
  private readonly layer: number;

  constructor(layer: number) {
    this.layer = layer;
  }

  /** Compares two vectors of the same length; a value that is not finite counts as an endless error. */
  add(candidate: Float32Array, reference: Float32Array): void {
    let [distance, product, own, other] = [0, 0, 0, 0];
    for (let i = 0; i < reference.length; i++) {
      const [a, b] = [candidate[i] as number, reference[i] as number];
      distance += (a - b) ** 2;
      product += a * b;
      own += a * a;
      other += b * b;
    }
    const error = Math.sqrt(distance / other);
    const cosine = product / Math.sqrt(own * other);
    this.vectors++;
    this.errors += Number.isFinite(error) ? error : Number.POSITIVE_INFINITY;
    this.maxError = Math.max(this.maxError, Number.isFinite(error) ? error : Number.POSITIVE_INFINITY);
    this.minCosine = Math.min(this.minCosine, Number.isFinite(cosine) ? cosine : -1);
  }

  result(): LayerError {
    const { layer, vectors, maxError, minCosine } = this;
    return { layer, vectors, meanError: this.errors / vectors, maxError, minCosine };
  }
}
