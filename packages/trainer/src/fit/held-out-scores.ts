/** Scores every text with a head that saw nothing of its family, fold by fold; folds of an earlier run are kept. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { scoreNgrams } from '@alknet/firewall-core';
import { type Features, keyOf } from '../features/features.ts';
import type { HeldOut } from './combine.ts';
import { fitNgrams } from './fit-ngrams.ts';
import { fitPrototypes, scoreFitted } from './fit-prototypes.ts';
import { familyFolds } from './folds.ts';
import type { FitProgress, HeadData, HeadSettings } from './head-data.ts';
import type { MatrixProducts } from './matrix.ts';
import { sampleWeights } from './weights.ts';

/** Log-odds of the rows of one text. */
type RowScores = readonly number[];

/** Row log-odds of every text from a fold that left its family out. */
export async function scoreHeldOut(
  data: HeadData,
  weights: Float64Array,
  products: MatrixProducts,
  settings: HeadSettings,
  progress: FitProgress,
): Promise<HeldOut[]> {
  const { texts, checkpoints } = data;
  const folds = familyFolds(
    texts.map(({ sample }) => sample),
    settings.folds,
  );
  const out: HeldOut[] = new Array(texts.length);
  for (let fold = 0; fold < settings.folds; fold++) {
    const name = `fold ${fold + 1} of ${settings.folds}`;
    const members = [...texts.keys()].filter((i) => folds[i] === fold);
    const rest = texts.filter((_, i) => folds[i] !== fold);
    const restWeights = sampleWeights(rest.map(({ sample }) => sample));
    const key = (part: unknown): string => `${fingerprint(data, settings.folds, part)}-${fold}`;
    const ngrams = await kept<RowScores[]>(checkpoints, key(settings.ngrams), async () => {
      const table = fitNgrams(rest, restWeights, settings.ngrams);
      return members.map((i) => {
        const { ids, rows } = texts[i] as Features;
        return [...scoreNgrams(table, ids, rows)];
      });
    });
    const activations = await kept<RowScores[]>(checkpoints, key(settings.prototypes), async () => {
      const { store, layers, width } = data;
      const given = { texts: rest, weights: restWeights, store, layers: layers.length, width };
      const fitted = await fitPrototypes(given, products, settings.prototypes, (n, of) => progress(name, n / of));
      const scores: RowScores[] = [];
      for (const i of members) scores.push([...(await scoreFitted(fitted, store, texts[i] as Features))]);
      return scores;
    });
    members.forEach((i, at) => {
      out[i] = {
        sample: (texts[i] as Features).sample,
        activation: Float64Array.from(activations[at] as RowScores),
        ngram: Float64Array.from(ngrams[at] as RowScores),
        weight: weights[i] as number,
      };
    });
  }
  return out;
}

/** What one part of a fold's scores depends on. */
function fingerprint({ texts, layers }: HeadData, folds: number, part: unknown): string {
  const hash = createHash('sha256').update(JSON.stringify([layers, folds, part]));
  for (const { sample, rowLabels } of texts) {
    hash.update(`${keyOf(sample)}:${sample.family}:${sample.source}`).update(rowLabels);
  }
  return hash.digest('hex').slice(0, 24);
}

/** The result under this key from an earlier run, or a new one; written whole or not at all. */
async function kept<T>(folder: string | undefined, key: string, compute: () => Promise<T>): Promise<T> {
  if (folder === undefined) return compute();
  const file = join(folder, `${key}.json`);
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8'));
  const result = await compute();
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${file}.part`, JSON.stringify(result));
  renameSync(`${file}.part`, file);
  return result;
}
