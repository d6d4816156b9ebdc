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
import { measureLengths } from './speed/lengths.mjs';
import { measureLoad } from './speed/load.mjs';
import { machine, machineLine } from './speed/machine.mjs';
import { measurePeak } from './speed/peak.mjs';
import { digits, printTable, save } from './speed/results.mjs';
import { measureSessions } from './speed/sessions.mjs';
import { growthExponent, mean, median } from './speed/statistics.mjs';
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

const load = measureLoad(times(9), [...new Set([0, 1, on.cores])]);
console.log('A process from its start: medians\n');
printTable(
  ['sessions', 'import ms', 'load ms', 'load and first verdict ms', 'MB added', 'after 50 texts of a window'],
  load.map((row) => [
    row.sessions,
    ...[row.importMs, row.loadMs, row.firstVerdictMs, row.addedMb, row.addedAfterUseMb].map(digits),
  ]),
);
console.log();

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

await firewall.close();

const chatty = (await chatTexts(tokenizer, 40)).slice(0, times(300));
const chatTokens = chatty.map(({ tokens }) => tokens);
const chat = await measureSessions(chatty, text(2000), [...new Set([0, 1, on.cores])], times(9));
console.log(
  `Chat traffic: ${chatty.length} texts, median ${median(chatTokens)} tokens, mean ${Math.round(mean(chatTokens))}; and a text of 2,000 tokens\n`,
);
printTable(
  ['sessions', 'texts/s, one at a time', 'texts/s, screenMany()', '2,000 tokens ms', 'event loop held up, ms'],
  chat.map((row) => [row.sessions, ...[row.one, row.many, row.longMs, row.longestGapMs].map(digits)]),
);
console.log();

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
