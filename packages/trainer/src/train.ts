/** From labelled texts to a codebook: assemble, extract, fit both heads, write. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Codebook, type HeadName, type Manifest, readManifest, serialiseCodebook } from '@alknet/firewall-core';
import { TrainerError } from './errors.ts';
import { extract, storeFolder } from './features/extract.ts';
import { readFeatures } from './features/features.ts';
import { type Cut, defaultCut } from './features/layout.ts';
import { openTokenizer } from './features/model-folder.ts';
import { openStore } from './features/store.ts';
import { prior } from './fit/calibrate.ts';
import { type FittedHead, fitHead } from './fit/fit-head.ts';
import { ngramSettings } from './fit/fit-ngrams.ts';
import { prototypeSettings } from './fit/fit-prototypes.ts';
import type { HeadSettings } from './fit/head-data.ts';
import { openMatrixProducts } from './fit/matrix.ts';
import { listCodebook } from './list-codebook.ts';
import type { Sample } from './samples/sample.ts';

/** What to train on, with what, and where the result goes. */
export interface TrainOptions {
  /** Folder of the detector model. */
  readonly model: string;
  readonly samples: readonly Sample[];
  /** Folder for activations; a later run with the same model and texts starts from it. */
  readonly cache: string;
  /** File to write. */
  readonly out: string;
  readonly name: string;
  readonly settings?: Readonly<Record<HeadName, HeadSettings>>;
  /** Told what is under way: a step's name and the share of it that is done. */
  readonly progress?: (step: string, done: number) => void;
}

/** What training gives. */
export interface Trained {
  readonly bytes: Uint8Array;
  readonly heads: Readonly<Record<HeadName, FittedHead>>;
}

const shared: HeadSettings = { folds: 6, ngrams: ngramSettings, prototypes: prototypeSettings };

/**
 * The settings of the shipped codebook. In data a short order stands among many other words, so n-grams look at half a
 * segment at a time; a user's attack more often takes up the whole of it. Both were chosen on held-out families.
 */
export const trainSettings: Readonly<Record<HeadName, HeadSettings>> = {
  prompt: { ...shared, ngrams: { ...ngramSettings, span: 32 } },
  data: { ...shared, ngrams: { ...ngramSettings, span: 16 } },
};

/** Fewest attacks and harmless texts a head can be fitted and calibrated on. */
const fewestTexts = 20;

/**
 * Trains a codebook and writes it. Written as `codebook.safetensors` into the model folder, it is entered in its manifest.
 *
 * @throws TrainerError `data-too-small`; FirewallError when the model folder is not usable
 */
export async function train(options: TrainOptions): Promise<Trained> {
  const { model, samples, cache, settings = trainSettings, progress = () => {} } = options;
  assertEnough(samples);
  const manifest = await readManifest(model);
  const cut = cutFor(manifest);
  const folder = storeFolder(cache, manifest, cut);
  await extract({ model, folder, cut }, samples, (done, total) => progress('reading texts', done / total));

  const tokenizer = await openTokenizer(model, manifest);
  const { layers, width } = manifest;
  const store = openStore(folder, layers.length * width);
  const products = await openMatrixProducts();
  const features = await readFeatures(tokenizer, cut, store, samples);
  const fit = (name: HeadName): Promise<FittedHead> => {
    const texts = features.filter(({ sample }) => sample.heads.includes(name));
    return fitHead(
      { texts, store, layers, width, checkpoints: join(folder, 'folds') },
      products,
      settings[name],
      (step, done) => progress(`${name} head: ${step}`, done),
    );
  };
  const heads = { prompt: await fit('prompt'), data: await fit('data') };
  await products.close();
  store.close();

  const codebook: Omit<Codebook, 'sha256'> = {
    name: options.name,
    graphSha256: manifest.files['model.onnx']?.sha256 as string,
    width,
    segments: cut.segments,
    prior,
    heads: { prompt: heads.prompt.head, data: heads.data.head },
  };
  const bytes = serialiseCodebook(codebook);
  await writeFile(options.out, bytes);
  await listCodebook(model, options.out, bytes);
  return { bytes, heads };
}

/** The default cut, in windows that the model can read: `screen()` needs the same `windows.size` then. */
function cutFor({ maxTokens }: Manifest): Cut {
  const { size, stride } = defaultCut.windows;
  const longest = maxTokens - 1;
  if (size <= longest) return defaultCut;
  return { ...defaultCut, windows: { size: longest, stride: Math.ceil((longest * stride) / size) } };
}

function assertEnough(samples: readonly Sample[]): void {
  for (const head of ['prompt', 'data'] as const) {
    for (const label of [0, 1] as const) {
      const count = samples.filter((sample) => sample.label === label && sample.heads.includes(head)).length;
      if (count >= fewestTexts) continue;
      throw new TrainerError('data-too-small', {
        message: `The ${head} head has ${count} texts of label ${label}`,
        where: 'training data',
        hint: `Add texts: each head needs at least ${fewestTexts} attacks and ${fewestTexts} harmless texts.`,
      });
    }
  }
}
