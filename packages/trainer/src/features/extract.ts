/** Reads every text with the detector model once, on all cores; what the store holds from earlier runs is not read again. */
import { createHash } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Manifest } from '@alknet/firewall-core';
import type { Sample } from '../samples/sample.ts';
import { keyOf } from './features.ts';
import type { ShardTask } from './fill-shard.ts';
import type { Cut } from './layout.ts';

/** Called after each text. */
export type ExtractProgress = (done: number, total: number, tokensRead: number) => void;

/** Folder of the activations that this graph gives behind this sink under this cut; others have other folders. */
export function storeFolder(cache: string, { files, sinkToken }: Manifest, cut: Cut): string {
  const key = JSON.stringify({ graph: files['model.onnx']?.sha256 ?? '', sinkToken, cut });
  return join(cache, createHash('sha256').update(key).digest('hex').slice(0, 16));
}

/** Fills the store in `folder` with the activations of all samples. */
export async function extract(
  task: Omit<ShardTask, 'shard' | 'samples'>,
  samples: readonly Sample[],
  progress: ExtractProgress,
): Promise<void> {
  const shards = availableParallelism();
  const groups = Array.from({ length: shards }, (): Pick<Sample, 'text' | 'label'>[] => []);
  // By key, not by turn: a text stays in its shard when texts are added before it.
  for (const { text, label } of samples)
    groups[Number.parseInt(keyOf({ text, label }).slice(0, 8), 16) % shards]?.push({ text, label });
  let done = 0;
  let tokensRead = 0;
  await Promise.all(
    groups.map((group, shard) =>
      runWorker({ ...task, shard, samples: group }, (tokens) => {
        tokensRead += tokens;
        progress(++done, samples.length, tokensRead);
      }),
    ),
  );
}

function runWorker(task: ShardTask, progress: (tokens: number) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./fill-shard-worker.js', import.meta.url), { workerData: task });
    worker.on('message', progress);
    worker.on('error', reject);
    worker.on('exit', (code) =>
      code === 0 ? resolve() : reject(new Error(`an extraction thread ended with code ${code}`)),
    );
  });
}
