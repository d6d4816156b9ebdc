/**
 * `npm run bench:add`: what `train --add` does to texts it was not given. Half of a source of ../shared/datasets/benchmark is
 * added (at most 40 texts), the other half and all other texts of the same head are screened before and after. Nothing that
 * is shipped was fitted to these texts. `bench:add SOURCE...` takes only those sources.
 */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Firewall } from '@alknet/firewall-core';
import { modelDirectory } from '@alknet/firewall-smollm2';
import { addExamples, headFor, readFolder, roleOfHead } from '@alknet/firewall-trainer';

const mostAdded = 40;
/** What a user would add: attacks that passed, or harmless texts that were blocked. */
const sources = [
  'deepset-test',
  'tensortrust-hijacking',
  'bipia-code-poisoned',
  'bipia-email-poisoned',
  'notinject-one',
];
const named = process.argv.slice(2);

const folder = fileURLToPath(new URL('../../shared/datasets/benchmark', import.meta.url));
const samples = (await readFolder(folder)).map((sample) => ({ ...sample, head: headFor(sample) }));
const scratch = mkdtempSync(join(tmpdir(), 'add-'));
const codebook = join(scratch, 'codebook.safetensors');

const before = await blocked({}, samples);
console.log(
  '| added | texts | of them right | the other half right | other attacks blocked | harmless texts blocked | seconds |',
);
console.log('|---|---:|---|---|---|---|---:|');
for (const source of named.length > 0 ? named : sources) {
  const label = source.startsWith('notinject') ? 0 : 1;
  const group = samples.filter((sample) => sample.source === source && sample.label === label);
  const head = group[0].head;
  const added = group.filter(({ id }) => half(id) === 0).slice(0, mostAdded);
  const others = samples.filter((sample) => sample.head === head && !group.includes(sample));
  const started = performance.now();
  await addExamples({
    model: fileURLToPath(modelDirectory),
    samples: added.map((sample) => ({ ...sample, heads: [head] })),
    out: codebook,
  });
  const seconds = (performance.now() - started) / 1000;
  const rest = group.filter(({ id }) => half(id) === 1);
  const after = await blocked({ codebook }, [...added, ...rest, ...others]);
  const right = (texts) => change(texts, (verdicts, { id }) => verdicts.get(id) === (label === 1));
  const stopped = (texts) => change(texts, (verdicts, { id }) => verdicts.get(id));
  const change = (texts, holds) => {
    const share = (verdicts) => (100 * texts.filter((text) => holds(verdicts, text)).length) / texts.length;
    return `${share(before).toFixed(1)} -> ${share(after).toFixed(1)} % of ${texts.length}`;
  };
  const cells = [
    source,
    added.length,
    right(added),
    right(rest),
    stopped(others.filter((sample) => sample.label === 1)),
    stopped(others.filter((sample) => sample.label === 0)),
    seconds.toFixed(0),
  ];
  console.log(`| ${cells.join(' | ')} |`);
}
rmSync(scratch, { recursive: true });

/** Whether each text is blocked, by id. */
async function blocked(options, texts) {
  const firewall = await Firewall.load({ ...options, cache: { entries: 0 }, sessions: 2 });
  const items = texts.map(({ text, head }) => ({ text, role: roleOfHead[head] }));
  const found = new Map();
  for await (const { decision } of firewall.screenMany(items)) found.set(texts[found.size].id, decision === 'block');
  await firewall.close();
  return found;
}

/** 0 or 1, by the id's hash. */
function half(id) {
  return createHash('sha256').update(id).digest()[0] & 1;
}
