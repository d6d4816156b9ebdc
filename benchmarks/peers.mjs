/**
 * `npm run bench:peers`: what people would pick instead, in the same run, in turn with ours: the shapes of Prompt Guard 2 86M
 * (mDeBERTa-v3-base) and 22M (DeBERTa-v3-xsmall) and of PIGuard (DeBERTa-v3-base) with random weights, in float32 and in ONNX
 * Runtime's dynamic int8; our own graph in float32 and in 8-bit blocks; and guards of npm that use no model.
 *
 *     npm run bench:peers -- [--rounds 20] [--out .cache/bench]
 *
 * The first run makes the graphs in `.cache/peers` (2.8 GB; a few minutes) and needs Python 3, pip and npm.
 */
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { machine, machineLine } from './speed/machine.mjs';
import { openContenders, us } from './speed/peers/contenders.mjs';
import { digits, printTable, save } from './speed/results.mjs';
import { median } from './speed/statistics.mjs';
import { documentTexts, openTokenizer } from './speed/texts.mjs';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '20' },
    out: { type: 'string', default: fileURLToPath(new URL('../.cache/bench', import.meta.url)) },
  },
});
const rounds = Number(values.rounds);
const lengths = [64, 128, 256, 512];

const contenders = await openContenders();
const on = machine();
console.log(`${machineLine(on)}; ${rounds} rounds\n`);
const text = await documentTexts(await openTokenizer());
const times = new Map(contenders.map(({ name }) => [name, new Map(lengths.map((tokens) => [tokens, []]))]));
for (let round = 0; round < rounds; round++) {
  for (const tokens of lengths) {
    const [warmUp, measured] = [text(tokens), text(tokens)];
    for (const { name, read } of contenders) {
      // The last one's threads spin for a while, and its weights lie in the caches.
      await setTimeout(10);
      await read(warmUp, tokens);
      const started = performance.now();
      await read(measured, tokens);
      times
        .get(name)
        .get(tokens)
        .push(performance.now() - started);
    }
  }
}
await Promise.all(contenders.map(({ close }) => close()));

const rows = contenders.flatMap(({ name }) => lengths.map((tokens) => ({ name, tokens, ...compare(name, tokens) })));
const ofContender = (name) => rows.filter((row) => row.name === name);
const columns = ['', ...lengths.map((tokens) => `${tokens} tokens`)];
console.log('Milliseconds: median (fastest)\n');
printTable(
  columns,
  contenders.map(({ name }) => [
    name,
    ...ofContender(name).map(({ medianMs, fastestMs }) => `${digits(medianMs)} (${digits(fastestMs)})`),
  ]),
);
console.log(`\nTimes ${us}: median of the ratios within a round (ratio of the fastest)\n`);
printTable(
  columns,
  contenders
    .slice(1)
    .map(({ name }) => [
      name,
      ...ofContender(name).map(({ ratio, fastestRatio }) => `${factor(ratio)} (${factor(fastestRatio)})`),
    ]),
);
await save(
  values.out,
  'peers',
  { machine: on, rounds, rows },
  rows
    .filter(({ medianMs }) => medianMs > 0)
    .map(({ name, tokens, medianMs }) => ({ tokens, ms: medianMs, series: name })),
);

/** A disturbance of the machine falls on neighbours in a round alike, so ratios are taken there. */
function compare(name, tokens) {
  const own = times.get(name).get(tokens);
  const ours = times.get(us).get(tokens);
  const [fastestMs, ourFastest] = [Math.min(...own), Math.min(...ours)];
  return {
    medianMs: median(own),
    fastestMs,
    ratio: median(own.map((ms, round) => ms / ours[round])),
    fastestRatio: fastestMs / ourFastest,
  };
}

function factor(value) {
  return value.toFixed(value < 0.1 ? 3 : 2);
}
