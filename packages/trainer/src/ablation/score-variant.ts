/** Fits one variant of a head with the shipped settings and scores texts that it was not fitted on. */
import { type HeadName, scoreNgrams } from '@alknet/firewall-core';
import type { Features } from '../features/features.ts';
import type { Store } from '../features/store.ts';
import type { HeldOut } from '../fit/combine.ts';
import { fitNgrams } from '../fit/fit-ngrams.ts';
import { fitPrototypes, scoreFitted } from '../fit/fit-prototypes.ts';
import type { HeadSettings } from '../fit/head-data.ts';
import { scoreHeldOut } from '../fit/held-out-scores.ts';
import type { MatrixProducts } from '../fit/matrix.ts';
import { sampleWeights } from '../fit/weights.ts';
import { headFor } from '../measure/evaluate.ts';
import { pickLayers } from './pick-layers.ts';

/** Texts with their rows. */
export interface AblationTexts {
  readonly texts: readonly Features[];
  readonly store: Store;
}

/** What variants of one graph and pooling are fitted and measured on. */
export interface AblationData {
  readonly train: AblationTexts;
  /** Never fitted to. */
  readonly benchmark: AblationTexts;
  /** Tapped layers of the graph. */
  readonly layers: readonly number[];
  readonly width: number;
  readonly products: MatrixProducts;
  close(): Promise<void>;
}

/** A text that the fit did not see, and the log-odds of its rows. */
export interface ScoredRows {
  readonly sample: HeldOut['sample'];
  readonly weight: number;
  readonly rows: readonly number[];
}

/** What one fit says; plain data. */
export interface VariantScores {
  /** Training texts, each scored by a fit that left its family out. */
  readonly heldOut: readonly ScoredRows[];
  /** Benchmark texts, scored by a fit on all training texts. */
  readonly benchmark: readonly ScoredRows[];
}

/** Fits the activations of `layers`, or the n-grams where no layer is named. */
export async function scoreVariant(
  data: AblationData,
  head: HeadName,
  layers: readonly number[],
  settings: HeadSettings,
): Promise<VariantScores> {
  const { products } = data;
  const ofLayers = layers.length > 0;
  const picked = (ofLayers ? layers : data.layers.slice(0, 1)).map((layer) => data.layers.indexOf(layer));
  const pick = (store: Store): Store => pickLayers(store, data.layers.length, picked, data.width);
  const texts = data.train.texts.filter(({ sample }) => sample.heads.includes(head));
  const tested = data.benchmark.texts.filter(({ sample }) => headFor(sample) === head);
  const weights = sampleWeights(texts.map(({ sample }) => sample));
  const store = pick(data.train.store);
  // The part that is not asked for takes no step and says nothing.
  const { ngrams, prototypes } = settings;
  const fitted: HeadSettings = {
    folds: settings.folds,
    ngrams: ofLayers ? { ...ngrams, epochs: 0 } : ngrams,
    prototypes: ofLayers ? prototypes : { ...prototypes, epochs: 0 },
  };
  const given = { texts, store, layers: picked, width: data.width };
  const heldOut = await scoreHeldOut(given, weights, products, fitted, () => {});
  const score = ofLayers ? await scorePrototypes() : scoreTable();

  const benchmark: ScoredRows[] = [];
  for (const text of tested) {
    benchmark.push({ sample: briefly(text.sample), weight: 1, rows: [...(await score(text))] });
  }
  return {
    heldOut: heldOut.map(({ sample, weight, activation, ngram }) => ({
      sample: briefly(sample),
      weight,
      rows: [...(ofLayers ? activation : ngram)],
    })),
    benchmark,
  };

  async function scorePrototypes(): Promise<(text: Features) => Promise<Float64Array>> {
    const prototypesOfAll = await fitPrototypes({ ...given, weights, layers: picked.length }, products, prototypes);
    const benchmarkStore = pick(data.benchmark.store);
    return (text) => scoreFitted(prototypesOfAll, benchmarkStore, text);
  }

  function scoreTable(): (text: Features) => Float64Array {
    const table = fitNgrams(texts, weights, ngrams);
    return ({ ids, rows }) => scoreNgrams(table, ids, rows);
  }
}

function briefly({ id, label, source, family }: HeldOut['sample']): HeldOut['sample'] {
  return { id, label, source, family };
}
