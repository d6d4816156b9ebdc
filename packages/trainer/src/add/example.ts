/** A text as one head sees it: directions and token ids, so that a head can be changed and scored again without the model. */
import { calibrate, type Head, type LayerHead, layerLogit, scoreNgrams, textLogit } from '@alknet/firewall-core';
import type { Row } from '../features/layout.ts';

/** One view of a text: the text itself, or what a disguise in it decodes to. */
export interface Part {
  /** [tokens], without the sink. */
  readonly ids: Int32Array;
  readonly ranges: readonly Row[];
  /** A matrix a layer: [ranges, dimensions], unit rows. */
  readonly units: readonly Float64Array[];
  /** As `Features.rowLabels`. */
  readonly rowLabels: Int8Array;
}

/** A text to learn from, or to watch while learning. */
export interface Example {
  readonly id: string;
  readonly label: 0 | 1;
  /** What verdicts call such a text. */
  readonly kind: string;
  readonly parts: readonly Part[];
}

/** One row of a text. */
export interface Place {
  readonly part: Part;
  readonly row: number;
  /** Log-odds of the row, corrected for the length of its part. */
  readonly logit: number;
}

/** The row that decides: the strongest, as `screen()` scores. Undefined for a text without tokens. */
export function strongestPlace(head: Head, example: Example): Place | undefined {
  return strongest(placesOf(head, example));
}

/** The row to learn from: of an attack with a span the strongest in it, else the strongest of all. */
export function tellingPlace(head: Head, example: Example): Place | undefined {
  const places = placesOf(head, example);
  const known = example.label === 1 ? places.filter(({ part, row }) => part.rowLabels[row] === 1) : [];
  return strongest(known) ?? strongest(places);
}

/** Calibrated log-odds that `screen()` gives the text with this head; minus infinity for a text without tokens. */
export function calibratedLogitOf(head: Head, example: Example): number {
  const place = strongestPlace(head, example);
  const { slope, intercept } = head.calibration;
  return place === undefined ? Number.NEGATIVE_INFINITY : slope * place.logit + intercept;
}

/** Probability that `screen()` gives the text with this head. */
export function scoreOf(head: Head, example: Example): number {
  const place = strongestPlace(head, example);
  return place === undefined ? 0 : calibrate(head, place.logit);
}

/** What each layer and the n-grams say of a row, before their weights: [layers + 2], a 1 for the bias at the end. */
export function evidenceAt({ layers, ngrams }: Head, { part, row }: Pick<Place, 'part' | 'row'>): Float64Array {
  return Float64Array.of(
    ...layers.map((layer, index) => layerLogit(layer, unitAt(part, index, row)).logit),
    scoreNgrams(ngrams, part.ids, [part.ranges[row] as Row])[0] as number,
    1,
  );
}

/** Direction of a row in a layer's space. */
export function unitAt({ units, ranges }: Part, layer: number, row: number): Float64Array {
  const matrix = units[layer] as Float64Array;
  const dimensions = matrix.length / ranges.length;
  return matrix.subarray(row * dimensions, (row + 1) * dimensions);
}

function placesOf(head: Head, { parts }: Example): Place[] {
  return parts.flatMap((part) => {
    const fromLayers = layerSums(head.layers, part);
    const fromNgrams = scoreNgrams(head.ngrams, part.ids, part.ranges);
    return Array.from(fromLayers, (sum, row) => {
      const logit = head.bias + head.ngramWeight * (fromNgrams[row] as number) + sum;
      return { part, row, logit: textLogit(head, logit, fromLayers.length) };
    });
  });
}

/** Heads that differ in n-grams and bias alone share their layers, so what these say is worked out once. */
const known = new WeakMap<readonly LayerHead[], WeakMap<Part, Float64Array>>();

/** [rows]: the layers' log-odds with their weights. */
function layerSums(layers: readonly LayerHead[], part: Part): Float64Array {
  const sums = known.get(layers) ?? new WeakMap<Part, Float64Array>();
  known.set(layers, sums);
  const found = sums.get(part);
  if (found !== undefined) return found;
  const made = new Float64Array(part.ranges.length);
  layers.forEach((layer, index) => {
    for (let row = 0; row < made.length; row++)
      (made[row] as number) += layer.weight * layerLogit(layer, unitAt(part, index, row)).logit;
  });
  sums.set(part, made);
  return made;
}

function strongest(places: readonly Place[]): Place | undefined {
  return places.reduce<Place | undefined>(
    (best, place) => (best === undefined || place.logit > best.logit ? place : best),
    undefined,
  );
}
