/** One process of ours, printed as JSON in the words of `measure.py`: GRAPH TOKENS RUNS. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { median } from '../statistics.mjs';

const [graph, tokens, runs] = process.argv.slice(2);
const started = performance.now();
const { meanPooling, openOnnxModel } = await import('@alknet/firewall-core');
const { modelDirectory } = await import('@alknet/firewall-smollm2');
const imported = performance.now();
const { layers, width, maxTokens } = JSON.parse(readFileSync(`${fileURLToPath(modelDirectory)}/manifest.json`, 'utf8'));
const source = { graph: readFileSync(graph), where: graph, layers, width, maxTokens, threads: 0 };
const model = await openOnnxModel(source);
const loaded = performance.now();
const length = Number(tokens);

const screen = async () => {
  const ids = Int32Array.from({ length: length + 1 }, (_, i) => (i === 0 ? 1 : Math.floor(Math.random() * 49152)));
  const began = performance.now();
  await model.infer(ids, meanPooling([{ start: 0, end: length }], length));
  return performance.now() - began;
};

const firstMs = await screen();
const times = [];
for (let run = 0; run < Number(runs); run++) times.push(await screen());
console.log(
  JSON.stringify({
    importMs: imported - started,
    loadMs: loaded - imported,
    firstMs,
    medianMs: median(times),
    peakMb: process.resourceUsage().maxRSS / 1024,
  }),
);
await model.close();
