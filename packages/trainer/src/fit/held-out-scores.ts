/** Scores every text with a head that saw nothing of its family, fold by fold; folds of an earlier run are kept. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { scoreNgrams } from '@alknet/firewall-core';
import { keyOf } from '../features/features.ts';
import type { HeldOut } from './combine.ts';
import { fitNgrams } from './fit-ngrams.ts';
import { fitPrototypes, scoreFitted } from './fit-prototypes.ts';
import { familyFolds } from './folds.ts';
import type { FitProgress, HeadData, HeadSettings } from './head-data.ts';
import type { MatrixProducts } from './matrix.ts';
import { sampleWeights } from './weights.ts';

/** Row log-odds of one text. */
interface RowScores {
  readonly activation: readonly number[];
  readonly ngram: readonly number[];
}

/** Row log-odds of every text from a fold that left its family out. */
export async function scoreHeldOut(
  data: HeadData,
  weights: Float64Array,
  products: MatrixProducts,
  settings: HeadSettings,
  progress: FitProgress,
): Promise<HeldOut[]> {
  const { texts } = data;
  const folds = familyFolds(
    texts.map(({ sample }) => sample),
    settings.folds,
  );
  const key = fingerprint(data, settings);
  const out: HeldOut[] = new Array(texts.length);
  for (let fold = 0; fold < settings.folds; fold++) {
    const name = `fold ${fold + 1} of ${settings.folds}`;
    const members = [...texts.keys()].filter((i) => folds[i] === fold);
    const scores = await kept(data.checkpoints, `${key}-${fold}`, () =>
      scoreFold(data, members, products, settings, (done) => progress(name, done)),
    );
    members.forEach((i, at) => {
      const { activation, ngram } = scores[at] as RowScores;
      const sample = (texts[i] as HeadData['texts'][number]).sample;
      const weight = weights[i] as number;
      out[i] = { sample, activation: Float64Array.from(activation), ngram: Float64Array.from(ngram), weight };
    });
  }
  return out;
}

async function scoreFold(
  { texts, store, layers, width }: HeadData,
  members: readonly number[],
  products: MatrixProducts,
  settings: HeadSettings,
  progress: (done: number) => void,
): Promise<RowScores[]> {
  const left = new Set(members);
  const rest = texts.filter((_, i) => !left.has(i));
  const weights = sampleWeights(rest.map(({ sample }) => sample));
  const ngrams = fitNgrams(rest, weights, settings.ngrams);
  const data = { texts: rest, weights, store, layers: layers.length, width };
  const fitted = await fitPrototypes(data, products, settings.prototypes, (n, of) => progress(n / of));
  const out: RowScores[] = [];
  for (const i of members) {
    const text = texts[i] as HeadData['texts'][number];
    const activation = await scoreFitted(fitted, store, text);
    out.push({ activation: [...activation], ngram: [...scoreNgrams(ngrams, text.ids, text.rows)] });
  }
  return out;
}

/** What a fold's scores depend on. */
function fingerprint({ texts, layers }: HeadData, settings: HeadSettings): string {
  const hash = createHash('sha256').update(JSON.stringify([layers, settings]));
  for (const { sample, rowLabels } of texts)
    hash.update(`${keyOf(sample)}:${sample.family}:${sample.source}`).update(rowLabels);
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
