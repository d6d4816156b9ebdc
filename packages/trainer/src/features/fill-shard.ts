/** Reads one shard's texts with the detector model; texts that the shard holds already are passed over. */
import {
  createTokenizer,
  type DetectorModel,
  meanPooling,
  openOnnxModel,
  readManifest,
  readModelFile,
  tokenize,
} from '@alknet/firewall-core';
import type { Sample } from '../samples/sample.ts';
import { keyOf } from './features.ts';
import { type Block, blocksOf, type Cut } from './layout.ts';
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

/** Fills the shard. One thread for the model: as many shards as cores are faster than more threads. */
export async function fillShard(
  { model: modelFolder, folder, shard, cut, samples }: ShardTask,
  progress: ShardProgress,
): Promise<void> {
  const manifest = await readManifest(modelFolder);
  const { layers, width, maxTokens, sinkToken } = manifest;
  const graph = await readModelFile(modelFolder, manifest, 'model.onnx');
  const tokenizerJson: unknown = JSON.parse(
    Buffer.from(await readModelFile(modelFolder, manifest, 'tokenizer.json')).toString('utf8'),
  );
  const tokenizer = createTokenizer(tokenizerJson);
  const model = await openOnnxModel({
    graph,
    where: `${modelFolder}/model.onnx`,
    layers,
    width,
    maxTokens,
    threads: 1,
  });
  const writer = openShard(folder, shard, layers.length * width);
  for (const sample of samples) {
    const key = keyOf(sample);
    let tokens = 0;
    if (!writer.has(key)) {
      const { ids } = await tokenize(tokenizer, sample.text);
      const blocks = blocksOf(ids.length, sample.label, cut);
      if (blocks.length > 0) writer.append(key, await readBlocks(model, sinkToken, ids, blocks));
      tokens = blocks.reduce((sum, { start, end }) => sum + end - start, 0);
    }
    progress(tokens);
  }
  writer.close();
  await model.close();
}

/** Rows [layers * width], layers side by side. */
async function readBlocks(
  model: DetectorModel,
  sinkToken: number,
  ids: Int32Array,
  blocks: readonly Block[],
): Promise<Float32Array[]> {
  const { layers, width } = model.info;
  const out: Float32Array[] = [];
  for (const { start, end, ranges } of blocks) {
    const tokenIds = new Int32Array(end - start + 1);
    tokenIds[0] = sinkToken;
    tokenIds.set(ids.subarray(start, end), 1);
    const activations = await model.infer(tokenIds, meanPooling(ranges, end - start));
    for (let row = 0; row < ranges.length; row++) {
      const values = new Float32Array(layers.length * width);
      for (const [index, data] of activations.layers.entries()) {
        values.set(data.subarray(row * width, (row + 1) * width), index * width);
      }
      out.push(values);
    }
  }
  return out;
}
