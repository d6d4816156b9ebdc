/**
 * `npm run bench`: how long a text takes by length, and where the time goes.
 *
 *     npm run bench -- [--quick] [--out .cache/bench]
 *
 * `--quick` takes a tenth of the repetitions, to see that everything runs.
 */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Firewall } from '@alknet/firewall-core';
import { measureChat, measureLengths } from './speed/lengths.mjs';
import { measureLoad } from './speed/load.mjs';
import { machine, machineLine } from './speed/machine.mjs';
import { measurePeak } from './speed/peak.mjs';
import { digits, printTable, save } from './speed/results.mjs';
import { growthExponent } from './speed/statistics.mjs';
import { measureSteps, steps } from './speed/steps.mjs';
import { chatTexts, documentTexts, openTokenizer } from './speed/texts.mjs';

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    out: { type: 'string', default: fileURLToPath(new URL('../.cache/bench', import.meta.url)) },
  },
});
const times = (repetitions) => (values.quick ? Math.max(2, Math.round(repetitions / 10)) : repetitions);
const window = 256;
const on = machine();
console.log(`${machineLine(on)}\n`);

const load = measureLoad(times(9));
console.log(
  `load ${load.loadMs.toFixed(0)} ms, to the first verdict ${load.firstVerdictMs.toFixed(0)} ms (after an import of ${load.importMs.toFixed(0)} ms); memory added ${load.addedMb.toFixed(0)} MB at the first verdict, ${load.addedAfterUseMb.toFixed(0)} MB after 50 texts of a window\n`,
);

const firewall = await Firewall.load({ cache: { entries: 0 } });
const tokenizer = await openTokenizer();
const text = await documentTexts(tokenizer);
const plan = [
  ...[16, 64, 128, 256, 512].map((tokens) => [tokens, times(50)]),
  ...[1000, 2000, 5000].map((tokens) => [tokens, times(20)]),
  [20_000, times(5)],
];
const lengths = await measureLengths(firewall, text, plan);
printTable(
  ['tokens', 'median ms', 'p95 ms', 'fastest ms', 'tokens/s', 'texts'],
  lengths.map((row) => [
    row.tokens,
    digits(row.medianMs),
    digits(row.p95Ms),
    digits(row.fastestMs),
    digits(row.tokensPerSecond),
    row.repetitions,
  ]),
);
const exponent = growthExponent(
  lengths.filter(({ tokens }) => tokens > window).map(({ tokens, medianMs }) => [tokens, medianMs]),
);
console.log(`\ngrowth above one window of ${window}: time ~ tokens^${exponent.toFixed(3)}`);

const chat = await measureChat(firewall, (await chatTexts(tokenizer, 40)).slice(0, times(300)), 3);
console.log(
  `chat traffic (${chat.texts} texts, median ${chat.medianTokens} tokens, mean ${chat.meanTokens.toFixed(0)}): ${chat.textsPerSecond.toFixed(0)} texts/s (fastest of 3 passes ${chat.fastestPass.toFixed(0)})\n`,
);

await firewall.close();

const breakdown = await measureSteps(tokenizer, text, [16, 64, 128, 256, 512, 2000], times(30));
console.log('Milliseconds by step, of one head on the same texts\n');
printTable(
  ['tokens', ...steps, 'screen()', 'all but the model'],
  breakdown.map((row) => [
    row.tokens,
    ...[...steps, 'whole'].map((step) => row[step].toFixed(2)),
    percent(besideModel(row) / row.whole),
  ]),
);

const peak = await measurePeak(128, times(5), values.quick ? 10 : 30);
console.log(
  `\nint8 peak (one MatMulIntegerToFloat [${peak.peak.shape.join(' x ')}]): ${peak.peak.gops.toFixed(0)} GOP/s; our matrix products at ${peak.tokens} tokens: ${(peak.operations / 1e9).toFixed(2)} GOP in ${peak.productsMs.toFixed(1)} ms, ${peak.productsGops.toFixed(0)} GOP/s = ${percent(peak.productsShareOfPeak)} of the peak, which would take ${peak.leastMs.toFixed(1)} ms\n`,
);
console.log(`Operators at ${peak.tokens} tokens (medians of the profiler's kernel times)\n`);
printTable(
  ['operator', 'nodes', 'ms', 'share'],
  peak.operators
    .filter(({ ms }) => ms >= 0.05)
    .map(({ operator, nodes, ms }) => [operator, nodes, ms.toFixed(2), percent(ms / peak.kernelsMs)]),
);

const result = { machine: on, load, lengths, growthExponent: exponent, chat, steps: breakdown, peak };
await save(
  values.out,
  'speed',
  result,
  lengths.map(({ tokens, medianMs }) => ({ tokens, ms: medianMs, series: 'screen()' })),
);

function besideModel(row) {
  return row.views + row.tokenising + row.windows + row.scoring;
}

function percent(share) {
  return `${(share * 100).toFixed(0)} %`;
}
