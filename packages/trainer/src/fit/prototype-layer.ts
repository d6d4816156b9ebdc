/** One layer's learnable head: project, normalise, compare with prototypes; forward and backward for a batch of rows. */
import { normal, type Random } from '../random.ts';
import { adam } from './adam.ts';
import type { MatrixProducts } from './matrix.ts';

/** Sizes of a layer's head. */
export interface LayerShape {
  readonly width: number;
  readonly dimensions: number;
  readonly attack: number;
  readonly harmless: number;
}

/** A head being learned. Call `backward` only after `forward` on the same rows. */
export interface LayerLearner {
  readonly shape: LayerShape;
  /** [width, dimensions] */
  readonly projection: Float32Array;
  /** [dimensions] */
  readonly offset: Float32Array;
  /** [prototypes, dimensions], unit length after every step. */
  readonly prototypes: Float32Array;
  /** sharpness, weight */
  readonly scalars: Float64Array;
  /** Cosines of the last forward pass [count, prototypes]. */
  cosines(): Float64Array;
  /** @param rows normalised activations [count, width] @returns weighted log-odds [count] */
  forward(rows: Float32Array, count: number): Promise<Float64Array>;
  /** @param gradient of the loss by log-odds [count] */
  backward(rows: Float32Array, gradient: Float64Array, rate: number): Promise<void>;
}

/** A fresh head with random directions. `share` is the weight the layer starts with. */
export function createLayer(
  shape: LayerShape,
  products: MatrixProducts,
  random: Random,
  decay: number,
  share: number,
): LayerLearner {
  const { width, dimensions, attack } = shape;
  const count = attack + shape.harmless;
  const projection = Float32Array.from({ length: width * dimensions }, () => normal(random) / Math.sqrt(width));
  const offset = new Float32Array(dimensions);
  const prototypes = Float32Array.from({ length: count * dimensions }, () => normal(random));
  const scalars = Float64Array.of(6, share);
  unitRows(prototypes, dimensions);
  const step = {
    projection: adam(projection, decay),
    offset: adam(offset, 0),
    prototypes: adam(prototypes, 0),
    scalars: adam(scalars, 0),
  };
  let cache = {
    units: new Float64Array(0),
    norms: new Float64Array(0),
    cosines: new Float64Array(0),
    raw: new Float64Array(0),
  };

  const forward = async (rows: Float32Array, n: number): Promise<Float64Array> => {
    const z = await products.multiply(rows, projection, n, width, dimensions);
    const units = new Float64Array(n * dimensions);
    const norms = new Float64Array(n);
    const cosines = new Float64Array(n * count);
    const raw = new Float64Array(n);
    const [sharpness, weight] = scalars as unknown as [number, number];
    for (let r = 0; r < n; r++) {
      let squares = 0;
      for (let d = 0; d < dimensions; d++) {
        const value = (z[r * dimensions + d] as number) + (offset[d] as number);
        units[r * dimensions + d] = value;
        squares += value * value;
      }
      const norm = Math.sqrt(squares) || 1;
      norms[r] = norm;
      for (let d = 0; d < dimensions; d++) (units[r * dimensions + d] as number) /= norm;
      let high = 0;
      let low = 0;
      for (let p = 0; p < count; p++) {
        let cosine = 0;
        for (let d = 0; d < dimensions; d++)
          cosine += (units[r * dimensions + d] as number) * (prototypes[p * dimensions + d] as number);
        cosines[r * count + p] = cosine;
        if (p < attack) high += Math.exp(sharpness * (cosine - 1));
        else low += Math.exp(sharpness * (cosine - 1));
      }
      raw[r] = Math.log(high) - Math.log(low);
    }
    cache = { units, norms, cosines, raw };
    return raw.map((logit) => weight * logit);
  };

  const backward = async (rows: Float32Array, gradient: Float64Array, rate: number): Promise<void> => {
    const { units, norms, cosines, raw } = cache;
    const n = gradient.length;
    const [sharpness, weight] = scalars as unknown as [number, number];
    const dz = new Float32Array(n * dimensions);
    const dPrototypes = new Float64Array(prototypes.length);
    const dOffset = new Float64Array(dimensions);
    const dScalars = new Float64Array(2);
    const du = new Float64Array(dimensions);
    for (let r = 0; r < n; r++) {
      const g = gradient[r] as number;
      if (g === 0) continue;
      (dScalars[1] as number) += g * (raw[r] as number);
      const terms = softTerms(cosines.subarray(r * count, (r + 1) * count), attack, sharpness);
      du.fill(0);
      for (let p = 0; p < count; p++) {
        const ds = g * weight * (terms[p] as number);
        (dScalars[0] as number) += ds * (cosines[r * count + p] as number);
        for (let d = 0; d < dimensions; d++) {
          (du[d] as number) += sharpness * ds * (prototypes[p * dimensions + d] as number);
          (dPrototypes[p * dimensions + d] as number) += sharpness * ds * (units[r * dimensions + d] as number);
        }
      }
      let along = 0;
      for (let d = 0; d < dimensions; d++) along += (du[d] as number) * (units[r * dimensions + d] as number);
      for (let d = 0; d < dimensions; d++) {
        const value = ((du[d] as number) - along * (units[r * dimensions + d] as number)) / (norms[r] as number);
        dz[r * dimensions + d] = value;
        (dOffset[d] as number) += value;
      }
    }
    const dProjection = await products.multiplyTransposed(rows, dz, n, width, dimensions);
    step.projection(Float64Array.from(dProjection), rate);
    step.offset(dOffset, rate);
    step.prototypes(dPrototypes, rate);
    step.scalars(dScalars, rate);
    scalars[0] = Math.max(1, scalars[0] as number);
    unitRows(prototypes, dimensions);
  };
  return { shape, projection, offset, prototypes, scalars, cosines: () => cache.cosines, forward, backward };
}

/** Derivative of the log-odds by each scaled cosine: softmax over the attack prototypes, minus that over the harmless ones. */
function softTerms(cosines: Float64Array, attack: number, sharpness: number): Float64Array {
  const terms = cosines.map((cosine) => Math.exp(sharpness * (cosine - 1)));
  const high = terms.subarray(0, attack).reduce((a, b) => a + b, 0);
  const low = terms.subarray(attack).reduce((a, b) => a + b, 0);
  return terms.map((term, p) => (p < attack ? term / high : -term / low));
}

function unitRows(matrix: Float32Array, dimensions: number): void {
  for (let at = 0; at < matrix.length; at += dimensions) {
    const row = matrix.subarray(at, at + dimensions);
    const norm = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0)) || 1;
    for (let d = 0; d < dimensions; d++) (row[d] as number) /= norm;
  }
}
