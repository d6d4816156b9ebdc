/**
 * SmolLM2 tapped from a standard export against the embedded model that was built from the same weights: error of the passes,
 * verdicts with the shipped codebook, speed side by side. `node benchmarks/tapped.mjs [--quick]`; the export has nine layers, of which
 * the firewall reads eight. Ends with 1 where a score differs by more than the stated tolerance.
 */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Firewall, meanPooling, openOnnxModel, readManifest, readModelFile, segments } from '@alknet/firewall-core';
import {
  CALIBRATION_TEXTS,
  encodeWithSink,
  loadLlamaWeights,
  MEASURING_TEXTS,
  openModel,
  tapFile,
  verifyFolders,
  writeModelFolder,
} from '@alknet/firewall-model-export';
import { modelDirectory } from '@alknet/firewall-smollm2';
import { writeStandardExport } from '../packages/model-export/scripts/standard-export.mjs';
import { gguf } from '../packages/smollm2/scripts/weights.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const embedded = fileURLToPath(modelDirectory);
const codebook = join(embedded, 'codebook.safetensors');
const { layers, sinkToken, maxTokens, prefix = [] } = await readManifest(embedded);
/** The embedded graph has the instruction as constants, and so must a graph that is to agree with it. */
const sink = [...prefix, sinkToken];
/** How far a score may be from the embedded model's, and so a decision may differ only this close to a threshold. */
const tolerance = 0.1;
const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });
const everyText = values.quick ? 120 : 26;
const rounds = values.quick ? 10 : 40;
const all = [
  ['float', { sink }],
  ['int8', { int8: true, sink }],
];
const variants = values.quick ? all.slice(1) : all;

if (!existsSync(gguf.file)) {
  console.log(`SKIPPED: the weights are not at ${gguf.file}; run \`node packages/smollm2/scripts/build.mjs\` first`);
  process.exit(0);
}

const scratch = mkdtempSync(join(tmpdir(), 'tapped-'));
try {
  writeExport();
  const folders = [];
  for (const [name, passes] of variants) folders.push(await makeFolder(name, passes));
  const worst = await compareVerdicts(folders);
  await compareSpeed([{ name: 'embedded', folder: embedded }, ...folders]);
  if (!(worst <= tolerance)) throw new Error(`A score differs by ${worst.toFixed(3)}, more than ${tolerance}`);
} finally {
  rmSync(scratch, { recursive: true });
}

function writeExport() {
  const { source, config } = openModel(gguf.file);
  writeStandardExport(scratch, loadLlamaWeights(source, config, 9), 2048, writeFileSync);
  source.close();
}

async function makeFolder(name, passes) {
  const tokenizer = join(embedded, 'tokenizer.json');
  const encode = (texts) => encodeWithSink(JSON.parse(readFileSync(tokenizer, 'utf8')), sinkToken, texts);
  const texts = { calibration: encode(CALIBRATION_TEXTS), measuring: encode(MEASURING_TEXTS) };
  const changed = Object.keys(passes).length > 0;
  const tapped = await tapFile(join(scratch, 'model.onnx'), {
    layers,
    ...(changed && { passes: { ...passes, texts } }),
  });
  const folder = join(scratch, name.replaceAll(/\W+/g, '-'));
  mkdirSync(folder);
  await writeModelFolder(folder, tapped, { tokenizer, maxTokens, sinkToken });
  const { errors } = await verifyFolders(folder, embedded, { record: true });
  const megabytes = (statSync(join(folder, 'model.onnx')).size / 1e6).toFixed(0);
  return { name, folder, megabytes, toFloat: tapped.errors, toEmbedded: errors };
}

async function compareVerdicts(folders) {
  const texts = someTexts();
  console.log(
    `\nVerdicts on ${texts.length} texts of packages/trainer/corpus with the shipped codebook; mean error of layers ${layers.join(', ')}.\n`,
  );
  console.log(
    '| tapped | MB | error to its float graph | to the embedded model | same decision | allow against block | largest score difference |',
  );
  console.log('| --- | ---: | --- | --- | ---: | ---: | ---: |');
  const expected = await screenAll(await Firewall.load({ cache: { entries: 0 } }), texts);
  let worst = 0;
  for (const { name, folder, megabytes, toFloat, toEmbedded } of folders) {
    const verdicts = await screenAll(await Firewall.load({ model: folder, codebook, cache: { entries: 0 } }), texts);
    const pairs = verdicts.map((verdict, i) => [verdict, expected[i]]);
    const same = pairs.filter(([a, b]) => a.decision === b.decision).length;
    const opposite = pairs.filter(
      ([a, b]) => a.decision !== b.decision && a.decision !== 'flag' && b.decision !== 'flag',
    ).length;
    const difference = Math.max(...pairs.map(([a, b]) => Math.abs(a.score - b.score)));
    worst = Math.max(worst, difference, opposite > 0 ? 1 : 0);
    console.log(
      `| ${name} | ${megabytes} | ${means(toFloat)} | ${means(toEmbedded)} | ${same} of ${texts.length} | ${opposite} | ${difference.toFixed(3)} |`,
    );
  }
  return worst;
}

function means(errors) {
  return errors.length === 0 ? '' : errors.map(({ meanError }) => meanError.toFixed(3)).join(', ');
}

function someTexts() {
  const folder = join(root, 'packages/trainer/corpus');
  return readdirSync(folder, { recursive: true })
    .filter((name) => name.endsWith('.jsonl'))
    .flatMap((name) =>
      readFileSync(join(folder, name), 'utf8')
        .trim()
        .split('\n')
        .filter((_, i) => i % everyText === 0),
    )
    .map((line) => JSON.parse(line));
}

async function screenAll(firewall, texts) {
  const verdicts = [];
  for (const { text, role } of texts)
    verdicts.push(await firewall.screen(text, { role: role === 'data' ? 'document' : 'user' }));
  await firewall.close();
  const failed = verdicts.find(({ status }) => status !== 'ok');
  if (failed !== undefined) throw new Error(`A verdict failed: ${failed.reason}`);
  return verdicts;
}

/** One run of each in turn, so that other work on the machine slows all of them alike. */
async function compareSpeed(candidates) {
  const models = [];
  for (const { name, folder } of candidates) models.push({ name, model: await openFolder(folder) });
  console.log(`\nMilliseconds a window, median of ${rounds} runs in turn, ONNX Runtime's own choice of threads.\n`);
  console.log(
    `| tokens | ${models.map(({ name }) => name).join(' | ')} |\n| ---: | ${models.map(() => '---:').join(' | ')} |`,
  );
  for (const tokens of [32, 128, 256]) {
    const pooling = meanPooling(segments(tokens, { size: 32, stride: 16 }), tokens);
    const ids = Int32Array.from({ length: tokens + 1 }, (_, i) => (i === 0 ? sinkToken : 100 + ((i * 7919) % 48_000)));
    const times = models.map(() => []);
    for (let round = -2; round < rounds; round++) {
      for (const [at, { model }] of models.entries()) {
        const start = performance.now();
        await model.infer(ids, pooling);
        if (round >= 0) times[at].push(performance.now() - start);
      }
    }
    const medians = times.map((list) => list.sort((a, b) => a - b)[list.length >> 1].toFixed(1));
    console.log(`| ${tokens} | ${medians.join(' | ')} |`);
  }
  for (const { model } of models) await model.close();
}

async function openFolder(folder) {
  const manifest = await readManifest(folder);
  const graph = await readModelFile(folder, manifest, 'model.onnx');
  const { width } = manifest;
  return openOnnxModel({ graph, where: folder, layers, width, maxTokens, threads: 0 });
}
