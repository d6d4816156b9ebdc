/** Reads one shard's texts with the detector model; texts that the shard holds already are passed over. */
import { readManifest, tokenize } from '@alknet/firewall-core';
import type { Sample } from '../samples/sample.ts';
import { keyOf } from './features.ts';
import { blocksOf, type Cut } from './layout.ts';
import { openGraph, openTokenizer } from './model-folder.ts';
import { readWindow } from './read-window.ts';
import { openShard } from './store.ts';

/** One worker's task; plain data, so that it can be sent to a thread. */
export interface ShardTask {
  /** Folder of the detector model. */
  readonly model: string;
  /** Folder of the store. */
  readonly folder: string;
  readonly shard: number;
  readonly cut: Cut;
  readonly samples: readonly Pick<Sample, 'text' | 'label'>[];
}

/** Called after each text with how many tokens it had the model read. */
export type ShardProgress = (tokens: number) => void;

/** Fills the shard. */
export async function fillShard(
  { model: modelFolder, folder, shard, cut, samples }: ShardTask,
  progress: ShardProgress,
): Promise<void> {
  const manifest = await readManifest(modelFolder);
  const { layers, width, sinkToken } = manifest;
  const tokenizer = await openTokenizer(modelFolder, manifest);
  const model = await openGraph(modelFolder, manifest);
  const writer = openShard(folder, shard, layers.length * width);
  for (const sample of samples) {
    const key = keyOf(sample);
    let tokens = 0;
    if (!writer.has(key)) {
      const { ids } = await tokenize(tokenizer, sample.text);
      const rows: Float32Array[] = [];
      for (const block of blocksOf(ids.length, cut)) {
        rows.push(...(await readWindow(model, sinkToken, ids, block, block.ranges)));
        tokens += block.end - block.start;
      }
      if (tokens > 0) writer.append(key, rows);
    }
    progress(tokens);
  }
  writer.close();
  await model.close();
}
