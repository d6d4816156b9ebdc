/** A user's text as one head sees it: directions and token ids, so that a head can be changed and scored again without the model. */
import { calibrate, type Head, layerLogit, scoreNgrams, textLogit } from '@alknet/firewall-core';
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

/** Every row of the example with its log-odds, in order. */
export function placesOf(head: Head, { parts }: Example): Place[] {
  return parts.flatMap((part) => {
    const logits = rowLogits(head, part);
    return Array.from(logits, (logit, row) => ({ part, row, logit: textLogit(head, logit, logits.length) }));
  });
}

/** The row that decides: the strongest, as `screen()` scores. Undefined for a text without tokens. */
export function strongestPlace(head: Head, example: Example): Place | undefined {
  return strongest(placesOf(head, example));
}

/** The row to learn from: of an attack with a span the strongest in it, else the strongest of all. */
export function tellingPlace(head: Head, example: Example): Place | undefined {
  const places = placesOf(head, example);
  if (example.label === 0) return strongest(places);
  return strongest(places.filter(({ part, row }) => part.rowLabels[row] === 1)) ?? strongest(places);
}

/** Probability that `screen()` gives the text with this head. */
export function scoreOf(head: Head, example: Example): number {
  const place = strongestPlace(head, example);
  return place === undefined ? 0 : calibrate(head, place.logit);
}

/** What each layer and the n-grams say of a row, before their weights: [layers + 2], a 1 for the bias at the end. */
export function evidenceAt(head: Head, part: Part, row: number): Float64Array {
  const { layers, ngrams } = head;
  const range = part.ranges[row] as Row;
  return Float64Array.of(
    ...layers.map((layer, index) => layerLogit(layer, unitAt(part, index, row)).logit),
    scoreNgrams(ngrams, part.ids, [range])[0] as number,
    1,
  );
}

/** Direction of a row in a layer's space. */
export function unitAt({ units, ranges }: Part, layer: number, row: number): Float64Array {
  const matrix = units[layer] as Float64Array;
  const dimensions = matrix.length / ranges.length;
  return matrix.subarray(row * dimensions, (row + 1) * dimensions);
}

function rowLogits(head: Head, part: Part): Float64Array {
  const logits = scoreNgrams(head.ngrams, part.ids, part.ranges).map((logit) => head.bias + head.ngramWeight * logit);
  head.layers.forEach((layer, index) => {
    for (let row = 0; row < logits.length; row++)
      (logits[row] as number) += layer.weight * layerLogit(layer, unitAt(part, index, row)).logit;
  });
  return logits;
}

function strongest(places: readonly Place[]): Place | undefined {
  return places.reduce<Place | undefined>(
    (best, place) => (best === undefined || place.logit > best.logit ? place : best),
    undefined,
  );
}
