/**
 * Prints what the model costs on this machine: loading, and one window of 16 to 512 tokens pooled to segments of 16.
 * Wall time, with ONNX Runtime's own choice of threads, is what a user waits; processor time of one thread is what stays
 * comparable on a busy machine. Medians of 30 runs.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { openActivationGraph } from '@alknet/firewall-model-export';

const RUNS = 30;
const file = fileURLToPath(new URL('../data/model.onnx', import.meta.url));
const memoryBefore = process.memoryUsage().rss;
const start = performance.now();
const graph = await openActivationGraph(readFileSync(file), file);
console.log(`load ${(performance.now() - start).toFixed(0)} ms`);
const single = await openActivationGraph(readFileSync(file), file, { threads: 1 });
console.log('| tokens | wall ms | processor ms, one thread |\n| ---: | ---: | ---: |');
for (const tokens of [16, 64, 128, 256, 512]) {
  const ids = Array.from({ length: tokens }, (_, i) => (i === 0 ? 1 : 100 + ((i * 7919) % 40_000)));
  const pooling = new Float32Array(Math.ceil(tokens / 16) * tokens).fill(1 / tokens);
  const [wall, processor] = [[], []];
  for (let run = 0; run < RUNS; run++) {
    const begin = performance.now();
    await graph.run(ids, pooling);
    wall.push(performance.now() - begin);
  }
  for (let run = 0; run < RUNS; run++) {
    const used = process.cpuUsage();
    await single.run(ids, pooling);
    const { user, system } = process.cpuUsage(used);
    processor.push((user + system) / 1000);
  }
  console.log(`| ${tokens} | ${median(wall)} | ${median(processor)} |`);
}
console.log(`memory added by both sessions ${((process.memoryUsage().rss - memoryBefore) / 1e6).toFixed(0)} MB`);
await Promise.all([graph.close(), single.close()]);

function median(values) {
  return values.sort((a, b) => a - b)[values.length >> 1].toFixed(1);
}
