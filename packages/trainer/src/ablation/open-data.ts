/** Opens what `fillPoolings` stored: training and benchmark texts with the rows of one pooling. */
import { join } from 'node:path';
import { readManifest } from '@alknet/firewall-core';
import { readFeatures } from '../features/features.ts';
import { type Cut, defaultCut } from '../features/layout.ts';
import { openTokenizer } from '../features/model-folder.ts';
import { openStore } from '../features/store.ts';
import { openMatrixProducts } from '../fit/matrix.ts';
import type { Sample } from '../samples/sample.ts';
import { cutOf, type PoolingName } from './poolings.ts';
import type { AblationData, AblationTexts } from './score-variant.ts';

/** Training reads long texts in part, as `train` does; of the benchmark every window is read, as `screen()` does. */
export const ablationCuts: Readonly<Record<'train' | 'benchmark', Cut>> = {
  train: defaultCut,
  benchmark: { ...defaultCut, maxWindows: Number.POSITIVE_INFINITY },
};

/**
 * Opens the stores in `folder`'s subfolders `train` and `benchmark`; texts that they lack are passed over.
 *
 * @param model folder of the detector model that filled them
 */
export async function openAblationData(
  model: string,
  folder: string,
  pooling: PoolingName,
  samples: Readonly<Record<'train' | 'benchmark', readonly Sample[]>>,
): Promise<AblationData> {
  const manifest = await readManifest(model);
  const { layers, width } = manifest;
  const tokenizer = await openTokenizer(model, manifest);
  const open = async (part: 'train' | 'benchmark'): Promise<AblationTexts> => {
    const store = openStore(join(folder, part, pooling), layers.length * width);
    const cut = cutOf(pooling, ablationCuts[part]);
    return { store, texts: await readFeatures(tokenizer, cut, store, samples[part]) };
  };
  const [train, benchmark] = [await open('train'), await open('benchmark')];
  const products = await openMatrixProducts();
  return {
    train,
    benchmark,
    layers,
    width,
    products,
    async close() {
      train.store.close();
      benchmark.store.close();
      await products.close();
    },
  };
}
