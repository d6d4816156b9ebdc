/** `npm run bench`: how long a text takes by length, how long loading takes, and what memory it adds. Medians of 50 after a warm-up. */
import { fileURLToPath } from 'node:url';
import { createTokenizer, Firewall, readManifest, readModelFile, tokenize, views } from '@alknet/firewall-core';
import { modelDirectory } from '@alknet/firewall-smollm2';

const lengths = [16, 64, 128, 256, 512, 2000];
const runs = 50;
const prose =
  'The harbour was quiet in the early morning, apart from the gulls and a single engine somewhere behind the pier. Nobody had expected the old ferry to come back, and yet there it was, painted white, with its name in blue letters along the bow. ';

const before = process.memoryUsage.rss();
const loading = performance.now();
const firewall = await Firewall.load();
const loaded = performance.now();
const first = await firewall.screen(prose);
const ready = performance.now();

const folder = fileURLToPath(modelDirectory);
const manifest = await readManifest(folder);
const tokenizer = createTokenizer(
  JSON.parse(Buffer.from(await readModelFile(folder, manifest, 'tokenizer.json')).toString('utf8')),
);

console.log(
  `load ${(loaded - loading).toFixed(0)} ms, load to first verdict ${(ready - loading).toFixed(0)} ms (${first.decision})\n`,
);
console.log('| tokens | median ms | p95 ms | of it views | of it tokenising | of it model and scoring | tokens/s |');
console.log('|---|---|---|---|---|---|---|');
for (const length of lengths) {
  const { offsets } = await tokenize(tokenizer, prose.repeat(Math.ceil(length / 40)));
  const text = prose.repeat(Math.ceil(length / 40)).slice(0, offsets[length]);
  for (let i = 0; i < 3; i++) await firewall.screen(text);
  const times = [];
  const model = [];
  const reading = [];
  const looking = [];
  for (let i = 0; i < (length > 512 ? 10 : runs); i++) {
    const started = performance.now();
    const { timing } = await firewall.screen(text);
    const ended = performance.now();
    views(text);
    looking.push(performance.now() - ended);
    times.push(ended - started);
    model.push(timing.model);
    reading.push(timing.text);
  }
  const [total, seen] = [at(times, 0.5), at(looking, 0.5)];
  const cells = [total.toFixed(1), at(times, 0.95).toFixed(1), seen.toFixed(2), (at(reading, 0.5) - seen).toFixed(2)];
  console.log(
    `| ${length} | ${cells.join(' | ')} | ${at(model, 0.5).toFixed(1)} | ${((length / total) * 1000).toFixed(0)} |`,
  );
}
console.log(
  `\nadded memory ${((process.memoryUsage.rss() - before) / 2 ** 20).toFixed(0)} MB (resident set, after all of the above)`,
);
await firewall.close();

function at(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
}
