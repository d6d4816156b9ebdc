/** Fits one head: held-out folds for choices and calibration, then everything for the head itself. */
import { calibrate, type Head, type LayerHead } from '@alknet/firewall-core';
import { operatingCurve } from '../measure/curve.ts';
import type { Scored } from '../measure/metrics.ts';
import { fitPlatt, fitPresets } from './calibrate.ts';
import { chooseCombination, combined, type HeldOut } from './combine.ts';
import { fitNgrams } from './fit-ngrams.ts';
import { type FittedPrototypes, fitPrototypes } from './fit-prototypes.ts';
import type { FitProgress, HeadData, HeadSettings } from './head-data.ts';
import { scoreHeldOut } from './held-out-scores.ts';
import type { MatrixProducts } from './matrix.ts';
import { namePrototypes } from './name-prototypes.ts';
import { measureStatistics } from './statistics.ts';
import { sampleWeights } from './weights.ts';

/** A head and what it was chosen by. */
export interface FittedHead {
  readonly head: Head;
  /** Every text with the score of a head that saw nothing of its family. */
  readonly heldOut: readonly (HeldOut & { readonly score: number })[];
}

/** Fits the head; the same data and settings give the same bytes. */
export async function fitHead(
  data: HeadData,
  products: MatrixProducts,
  settings: HeadSettings,
  progress: FitProgress,
): Promise<FittedHead> {
  const weights = sampleWeights(data.texts.map(({ sample }) => sample));
  const heldOut = await scoreHeldOut(data, weights, products, settings, progress);
  const combination = chooseCombination(heldOut);
  const scored = heldOut.map(
    ({ sample, weight, ...rows }): Scored => ({
      label: sample.label,
      source: sample.source,
      weight,
      score: combined(rows, combination),
    }),
  );
  const calibration = fitPlatt(scored);

  const step = (done: number): void => progress('all sources', done);
  const ngrams = fitNgrams(data.texts, weights, settings.ngrams);
  const prototypes = await fitPrototypes(
    { ...data, weights, layers: data.layers.length },
    products,
    settings.prototypes,
    (n, of) => step(n / of),
  );
  const unset = { flag: 0, block: 0, falsePositiveRate: 0 };
  const bare: Head = {
    layers: await toLayerHeads(prototypes, data),
    ngrams,
    ngramWeight: combination.ngramWeight,
    bias: prototypes.bias,
    lengthSlope: combination.lengthSlope,
    calibration,
    presets: { strict: unset, balanced: unset, permissive: unset },
  };
  const probabilities = scored.map((entry): Scored => ({ ...entry, score: calibrate(bare, entry.score) }));
  return {
    head: {
      ...bare,
      presets: fitPresets(probabilities),
      curve: operatingCurve(probabilities),
      statistics: measureStatistics(bare, data, weights),
    },
    heldOut: heldOut.map((text, i) => ({ ...text, score: (probabilities[i] as Scored).score })),
  };
}

/** Folds the normalisation into the projection, and names the prototypes. */
async function toLayerHeads(fitted: FittedPrototypes, { texts, store, layers, width }: HeadData): Promise<LayerHead[]> {
  const labels = await namePrototypes(fitted, store, texts);
  return fitted.layers.map(({ shape, projection, offset, prototypes, scalars }, index): LayerHead => {
    const { dimensions } = shape;
    const folded = new Float32Array(dimensions * width);
    const shifted = Float64Array.from(offset);
    for (let i = 0; i < width; i++) {
      const mean = fitted.normalisation.mean[index * width + i] as number;
      const deviation = fitted.normalisation.deviation[index * width + i] as number;
      for (let d = 0; d < dimensions; d++) {
        const value = (projection[i * dimensions + d] as number) / deviation;
        folded[d * width + i] = value;
        (shifted[d] as number) -= value * mean;
      }
    }
    return {
      layer: layers[index] as number,
      projection: folded,
      offset: Float32Array.from(shifted),
      prototypes: prototypes.slice(),
      labels: labels[index] as string[],
      attackPrototypes: shape.attack,
      sharpness: scalars[0] as number,
      weight: scalars[1] as number,
    };
  });
}
