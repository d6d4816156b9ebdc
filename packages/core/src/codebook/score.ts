/** From a window's activations to log-odds per segment. */
import type { Activations } from '../model/detector-model.ts';
import type { LayerEvidence } from '../verdict.ts';
import type { Head, LayerHead } from './codebook.ts';

/**
 * Log-odds of attack for each segment of a window.
 *
 * @param activations pooled per segment, layers in the head's order
 * @param ngramLogits [segments], from `scoreNgrams`
 * @returns [segments]
 */
export function scoreSegments(head: Head, activations: Activations, ngramLogits: Float64Array): Float64Array {
  const logits = ngramLogits.map((logit) => head.bias + head.ngramWeight * logit);
  head.layers.forEach((layer, index) => {
    const hidden = activations.layers[index] as Float32Array;
    for (let segment = 0; segment < activations.segments; segment++) {
      (logits[segment] as number) += layer.weight * layerLogit(layer, projectSegment(layer, hidden, segment)).logit;
    }
  });
  return logits;
}

/** What each layer says of one segment, and the kind of attack whose prototypes make up most of it over all layers. */
export function explainSegment(
  head: Head,
  activations: Activations,
  segment: number,
  ngramLogit: number,
): { kind: string; layers: LayerEvidence[] } {
  const votes = new Map<string, number>();
  const layers = head.layers.map((layer, index): LayerEvidence => {
    const unit = projectSegment(layer, activations.layers[index] as Float32Array, segment);
    const { logit, nearest, cosines } = layerLogit(layer, unit);
    const shares = attackShares(layer, cosines);
    shares.forEach((share, p) => {
      const label = layer.labels[p] as string;
      votes.set(label, (votes.get(label) ?? 0) + layer.weight * share);
    });
    return {
      layer: layer.layer,
      logit: layer.weight * logit,
      prototype: layer.labels[nearest] as string,
      similarity: cosines[nearest] as number,
    };
  });
  const [kind] = [...votes].reduce((a, b) => (b[1] > a[1] ? b : a), ['none', Number.NEGATIVE_INFINITY]);
  return { kind, layers: [{ layer: 0, logit: head.ngramWeight * ngramLogit }, ...layers] };
}

/** How much each attack prototype adds to the layer's log-odds, as shares of one. */
function attackShares({ attackPrototypes, sharpness }: LayerHead, cosines: Float64Array): Float64Array {
  const terms = cosines.subarray(0, attackPrototypes).map((cosine) => Math.exp(sharpness * (cosine - 1)));
  const total = terms.reduce((sum, term) => sum + term, 0);
  return terms.map((term) => term / total);
}

/** Segments beyond this many take nothing more off a text's score: else enough harmless text around an attack would hide it. */
const mostSegments = 64;

/** Log-odds of a whole text: the strongest segment, corrected for how many were looked at. */
export function textLogit({ lengthSlope }: Pick<Head, 'lengthSlope'>, strongest: number, segments: number): number {
  return strongest - lengthSlope * Math.log(Math.min(segments, mostSegments));
}

/** Log-odds to probability, by the head's calibration. */
export function calibrate({ calibration }: Head, logit: number): number {
  return 1 / (1 + Math.exp(-(calibration.slope * logit + calibration.intercept)));
}

/**
 * Direction of a segment's activations in the layer's space.
 *
 * @param hidden [segments, width]
 * @returns [dimensions], unit length
 */
export function projectSegment(layer: LayerHead, hidden: Float32Array, segment: number): Float64Array {
  const { projection, offset } = layer;
  const dimensions = offset.length;
  const width = projection.length / dimensions;
  const row = Float64Array.from(hidden.subarray(segment * width, (segment + 1) * width));
  const out = Float64Array.from(offset);
  // Four dimensions at a time, so that a value read serves four sums: the one loop of scoring that costs anything.
  let d = 0;
  for (; d + 3 < dimensions; d += 4) {
    const [first, second, third, fourth] = [d * width, (d + 1) * width, (d + 2) * width, (d + 3) * width];
    let a = 0;
    let b = 0;
    let c = 0;
    let e = 0;
    for (let i = 0; i < width; i++) {
      const value = row[i] as number;
      a += (projection[first + i] as number) * value;
      b += (projection[second + i] as number) * value;
      c += (projection[third + i] as number) * value;
      e += (projection[fourth + i] as number) * value;
    }
    (out[d] as number) += a;
    (out[d + 1] as number) += b;
    (out[d + 2] as number) += c;
    (out[d + 3] as number) += e;
  }
  for (; d < dimensions; d++) {
    let sum = 0;
    for (let i = 0; i < width; i++) sum += (projection[d * width + i] as number) * (row[i] as number);
    (out[d] as number) += sum;
  }
  const norm = Math.sqrt(out.reduce((sum, value) => sum + value * value, 0)) || 1;
  for (let i = 0; i < dimensions; i++) (out[i] as number) /= norm;
  return out;
}

/**
 * Log-odds of one layer before its weight: log-sum-exp over the attack prototypes' scaled cosines minus that over the harmless ones.
 *
 * @param unit [dimensions], from `projectSegment`
 * @returns the nearest prototype too, and the cosine with each
 */
export function layerLogit(
  { prototypes, attackPrototypes, sharpness }: LayerHead,
  unit: Float64Array,
): { logit: number; nearest: number; cosines: Float64Array } {
  const dimensions = unit.length;
  const cosines = new Float64Array(prototypes.length / dimensions);
  let nearest = 0;
  let attack = 0;
  let harmless = 0;
  for (let p = 0; p < cosines.length; p++) {
    let cosine = 0;
    for (let d = 0; d < dimensions; d++) cosine += (prototypes[p * dimensions + d] as number) * (unit[d] as number);
    cosines[p] = cosine;
    if (cosine > (cosines[nearest] as number)) nearest = p;
    // Cosines are at most 1, so this cannot overflow and needs no running maximum.
    const term = Math.exp(sharpness * (cosine - 1));
    if (p < attackPrototypes) attack += term;
    else harmless += term;
  }
  return { logit: Math.log(attack + Number.MIN_VALUE) - Math.log(harmless + Number.MIN_VALUE), nearest, cosines };
}
