/** Thread entry: fills the shard it is given and reports each text. */
import { parentPort, workerData } from 'node:worker_threads';
import { fillShard, type ShardTask } from './fill-shard.ts';

await fillShard(workerData as ShardTask, (tokens) => parentPort?.postMessage(tokens));
