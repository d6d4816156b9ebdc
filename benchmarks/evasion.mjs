/** `npm run bench:evasion`: attacks that are blocked when plain, under each disguise; and harmless texts under the same one. */
import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { Firewall } from '@alknet/firewall-core';
import { techniques } from './techniques.mjs';

const folder = new URL('../../shared/datasets/benchmark/', import.meta.url);
const wanted = 300;
const longest = 600;

const rows = readdirSync(folder)
  .filter((name) => name.endsWith('.jsonl') && !name.startsWith('bipia'))
  .flatMap((name) => readFileSync(new URL(name, folder), 'utf8').trim().split('\n'))
  .map((line) => JSON.parse(line))
  .filter(({ text }) => text.length <= longest && /^[\x20-\x7e\n]+$/.test(text));

const firewall = await Firewall.load({ cache: { entries: 0 }, sessions: availableParallelism() });
const screenAll = async (texts) => {
  const verdicts = [];
  for await (const verdict of firewall.screenMany(texts)) verdicts.push(verdict);
  return verdicts;
};
const pick = async (label, decision) => {
  const texts = rows.filter((row) => row.label === label).map(({ text }) => text);
  const verdicts = await screenAll(texts);
  return texts.filter((_, i) => (verdicts[i].decision === 'block') === (decision === 'block')).slice(0, wanted);
};
const attacks = await pick(1, 'block');
const harmless = await pick(0, 'allow');

console.log(
  `${attacks.length} attacks that are blocked when plain, ${harmless.length} harmless texts that pass when plain\n`,
);
console.log('| technique | attacks that pass | only flagged | harmless blocked | harmless flagged |');
console.log('|---|---|---|---|---|');
const passed = [];
for (const [name, disguise] of Object.entries(techniques)) {
  const attacked = await screenAll(attacks.map(disguise));
  const quiet = await screenAll(harmless.map(disguise));
  const share = (verdicts, decision) =>
    verdicts.filter((verdict) => verdict.decision === decision).length / verdicts.length;
  passed.push(share(attacked, 'allow'));
  console.log(
    `| ${name} | ${percent(share(attacked, 'allow'))} | ${percent(share(attacked, 'flag'))} | ${percent(share(quiet, 'block'))} | ${percent(share(quiet, 'flag'))} |`,
  );
}
console.log(`\nmean share that passes: ${percent(passed.reduce((a, b) => a + b, 0) / passed.length)}`);
await firewall.close();

function percent(share) {
  return `${(share * 100).toFixed(1)} %`;
}
