/** Reads one shard's texts with the detector model and stores every pooling's rows; texts that the shard holds are passed over. */
import { join } from 'node:path';
import { readManifest, tokenize } from '@alknet/firewall-core';
import { keyOf } from '../features/features.ts';
import type { ShardProgress, ShardTask } from '../features/fill-shard.ts';
import { blocksOf } from '../features/layout.ts';
import { openGraph, openTokenizer } from '../features/model-folder.ts';
import { readWindow } from '../features/read-window.ts';
import { openShard } from '../features/store.ts';
import { type PoolingName, poolings, rangesOf } from './poolings.ts';

/** Fills the shard of each pooling, in subfolders of `task.folder` by the pooling's name. */
export async function fillPoolings(task: ShardTask, progress: ShardProgress): Promise<void> {
  const { model: folder, shard, cut, samples } = task;
  const manifest = await readManifest(folder);
  const { layers, width, sinkToken } = manifest;
  const tokenizer = await openTokenizer(folder, manifest);
  const model = await openGraph(folder, manifest);
  const writers = poolings.map((name) => ({
    name,
    writer: openShard(join(task.folder, name), shard, layers.length * width),
  }));

  for (const sample of samples) {
    const key = keyOf(sample);
    // A stopped run may have written some of the poolings only.
    const lacking = writers.filter(({ writer }) => !writer.has(key));
    let tokens = 0;
    if (lacking.length > 0) {
      const { ids } = await tokenize(tokenizer, sample.text);
      const rows: Record<PoolingName, Float32Array[]> = { segments: [], window: [], last: [] };
      for (const block of blocksOf(ids.length, cut)) {
        const ranges = rangesOf(block);
        const all = poolings.flatMap((name) => ranges[name].map((range) => ({ name, range })));
        const read = await readWindow(
          model,
          sinkToken,
          ids,
          block,
          all.map(({ range }) => range),
        );
        all.forEach(({ name }, row) => {
          rows[name].push(read[row] as Float32Array);
        });
        tokens += block.end - block.start;
      }
      if (tokens > 0) for (const { name, writer } of lacking) writer.append(key, rows[name]);
    }
    progress(tokens);
  }
  for (const { writer } of writers) writer.close();
  await model.close();
}
