/** Fits the activation layers of a head: projections and prototypes of all layers together, by Adam on the rows' cross-entropy. */
import type { Features } from '../features/features.ts';
import { fromBfloat16, type Store } from '../features/store.ts';
import { seeded, shuffle } from '../random.ts';
import type { MatrixProducts } from './matrix.ts';
import { measureNormalisation, type Normalisation } from './normalise.ts';
import { rowGradients } from './objective.ts';
import { createLayer, type LayerLearner } from './prototype-layer.ts';

/** Settings of the fit; chosen by leaving sources out. */
export interface PrototypeSettings {
  /** Length of a projected activation. */
  readonly dimensions: number;
  /** Prototypes of attacks and of harmless texts, per layer. */
  readonly attack: number;
  readonly harmless: number;
  readonly epochs: number;
  readonly rate: number;
  /** Decoupled weight decay of the projections. */
  readonly decay: number;
  /** Texts of one step. */
  readonly batch: number;
  readonly seed: number;
}

/** The settings the shipped codebook was fitted with. */
export const prototypeSettings: PrototypeSettings = {
  dimensions: 32,
  attack: 32,
  harmless: 32,
  epochs: 2,
  rate: 2e-3,
  decay: 0.05,
  batch: 32,
  seed: 1,
};

/** What was fitted: layers over normalised activations, and the bias of their sum. */
export interface FittedPrototypes {
  readonly layers: readonly LayerLearner[];
  readonly normalisation: Normalisation;
  readonly bias: number;
}

/** Rows of one text that one pass looks at; a longer text shows other rows in the next pass. */
const maxRows = 16;

/** Fits the layers. `weights` has one entry a text; `progress` is called once a step. */
export async function fitPrototypes(
  data: {
    readonly texts: readonly Features[];
    readonly weights: Float64Array;
    readonly store: Store;
    readonly layers: number;
    readonly width: number;
  },
  products: MatrixProducts,
  settings: PrototypeSettings,
  progress: (done: number, total: number) => void = () => {},
): Promise<FittedPrototypes> {
  const { texts, weights, store, layers: count, width } = data;
  const random = seeded(settings.seed);
  const normalisation = measureNormalisation(store, texts, count * width);
  const shape = { width, dimensions: settings.dimensions, attack: settings.attack, harmless: settings.harmless };
  const layers = Array.from({ length: count }, () => createLayer(shape, products, random, settings.decay, 1 / count));
  const steps = settings.epochs * Math.ceil(texts.length / settings.batch);
  let bias = 0;
  let step = 0;
  const order = texts.map((_, i) => i);
  for (let epoch = 0; epoch < settings.epochs; epoch++) {
    shuffle(order, random);
    for (let at = 0; at < order.length; at += settings.batch) {
      const chosen = order
        .slice(at, at + settings.batch)
        .map((index) => pickRows(texts[index] as Features, weights[index] as number, random));
      const rows = chosen.reduce((sum, { labels }) => sum + labels.length, 0);
      const inputs = gather(store, chosen, normalisation, count, width, rows);
      const logits = new Float64Array(rows).fill(bias);
      for (const [index, layer] of layers.entries()) {
        const part = await layer.forward(inputs[index] as Float32Array, rows);
        for (let r = 0; r < rows; r++) (logits[r] as number) += part[r] as number;
      }
      const gradient = textGradients(chosen, logits);
      const rate = settings.rate * 0.5 * (1 + Math.cos((Math.PI * step) / steps));
      for (const [index, layer] of layers.entries())
        await layer.backward(inputs[index] as Float32Array, gradient, rate);
      bias -= rate * gradient.reduce((sum, g) => sum + g, 0);
      progress(++step, steps);
    }
  }
  return { layers, normalisation, bias };
}

/** Log-odds of every row of a text. */
export async function scoreFitted(fitted: FittedPrototypes, store: Store, text: Features): Promise<Float64Array> {
  const count = fitted.layers.length;
  const width = (fitted.layers[0] as LayerLearner).shape.width;
  const rows = text.rows.length;
  const inputs = gather(
    store,
    [{ firstRow: text.firstRow, labels: new Int8Array(rows) }],
    fitted.normalisation,
    count,
    width,
    rows,
  );
  const logits = new Float64Array(rows).fill(fitted.bias);
  for (const [index, layer] of fitted.layers.entries()) {
    const part = await layer.forward(inputs[index] as Float32Array, rows);
    for (let r = 0; r < rows; r++) (logits[r] as number) += part[r] as number;
  }
  return logits;
}

interface Chosen {
  readonly firstRow: number;
  readonly labels: Int8Array;
}

/** A run of at most `maxRows` rows; where the attack's place is known, a run that holds it. */
function pickRows(
  { rows, firstRow, rowLabels }: Features,
  weight: number,
  random: () => number,
): Chosen & { weight: number } {
  if (rows.length <= maxRows) return { firstRow, labels: rowLabels, weight };
  const spare = rows.length - maxRows;
  const known = rowLabels.indexOf(1);
  const free = Math.floor(random() * (spare + 1));
  const start = known < 0 ? free : Math.max(0, Math.min(spare, known - Math.floor(random() * maxRows)));
  return { firstRow: firstRow + start, labels: rowLabels.subarray(start, start + maxRows), weight };
}

function textGradients(chosen: readonly (Chosen & { weight: number })[], logits: Float64Array): Float64Array {
  const total = chosen.reduce((sum, { weight }) => sum + weight, 0) || 1;
  const gradient = new Float64Array(logits.length);
  let at = 0;
  for (const { labels, weight } of chosen) {
    rowGradients({ logits: logits.subarray(at, at + labels.length), labels, weight: weight / total }, gradient, at);
    at += labels.length;
  }
  return gradient;
}

/** Normalised activations, one matrix [rows, width] a layer. */
function gather(
  store: Store,
  chosen: readonly Chosen[],
  { mean, deviation }: Normalisation,
  layers: number,
  width: number,
  rows: number,
): Float32Array[] {
  const out = Array.from({ length: layers }, () => new Float32Array(rows * width));
  let row = 0;
  for (const { firstRow, labels } of chosen) {
    const values = new Float32Array(labels.length * layers * width);
    fromBfloat16(store.read(firstRow, labels.length), values);
    for (let r = 0; r < labels.length; r++, row++) {
      for (let layer = 0; layer < layers; layer++) {
        const target = out[layer] as Float32Array;
        for (let i = 0, v = layer * width; i < width; i++, v++) {
          target[row * width + i] =
            ((values[r * layers * width + v] as number) - (mean[v] as number)) / (deviation[v] as number);
        }
      }
    }
  }
  return out;
}
