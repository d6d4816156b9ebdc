/** Reads one shard's texts with the detector model and stores every pooling's rows; texts that the shard holds are passed over. */
import { join } from 'node:path';
import {
  createTokenizer,
  meanPooling,
  openOnnxModel,
  readManifest,
  readModelFile,
  tokenize,
} from '@alknet/firewall-core';
import { keyOf } from '../features/features.ts';
import type { ShardProgress, ShardTask } from '../features/fill-shard.ts';
import { blocksOf } from '../features/layout.ts';
import { openShard } from '../features/store.ts';
import { type PoolingName, poolings, rangesOf } from './poolings.ts';

/** Fills the shard of each pooling, in subfolders of `task.folder` by the pooling's name. One thread for the model. */
export async function fillPoolings(task: ShardTask, progress: ShardProgress): Promise<void> {
  const { model: folder, shard, cut, samples } = task;
  const manifest = await readManifest(folder);
  const { layers, width, maxTokens, sinkToken } = manifest;
  const graph = await readModelFile(folder, manifest, 'model.onnx');
  const where = join(folder, 'model.onnx');
  const model = await openOnnxModel({ graph, where, layers, width, maxTokens, threads: 1 });
  const tokenizerJson = Buffer.from(await readModelFile(folder, manifest, 'tokenizer.json')).toString('utf8');
  const tokenizer = createTokenizer(JSON.parse(tokenizerJson));
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
      for (const block of blocksOf(ids.length, sample.label, cut)) {
        const input = Int32Array.of(sinkToken, ...ids.subarray(block.start, block.end));
        const ranges = rangesOf(block);
        const all = poolings.flatMap((name) => ranges[name].map((range) => ({ name, range })));
        const pooling = meanPooling(
          all.map(({ range }) => range),
          block.end - block.start,
        );
        const activations = await model.infer(input, pooling);
        all.forEach(({ name }, row) => {
          const values = new Float32Array(layers.length * width);
          activations.layers.forEach((data, layer) => {
            values.set(data.subarray(row * width, (row + 1) * width), layer * width);
          });
          rows[name].push(values);
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
