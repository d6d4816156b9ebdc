/**
 * `npm run bench:ablation [-- --texts N --benchmark N --float-texts N]`: what each part of the design is worth. Fits every variant
 * with the shipped settings on a seeded subset of the training texts, and reports on the benchmark, which nothing is fitted to or
 * chosen by. Writes packages/smollm2/ablations.json, which `npm run bench:quality` prints. Resumes from `.cache/ablation`.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import {
  ablationCuts,
  ablationFigures,
  fillPoolings,
  openAblationData,
  readCorpus,
  readFolder,
  scoreVariant,
  trainingSet,
  trainSettings,
} from '@alknet/firewall-trainer';
import { floatModel } from './ablation/float-model.mjs';
import { table } from './ablation/table.mjs';
import { floatRows, jobsOf, mainRows, partsOf } from './ablation/variants.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const cache = join(root, '.cache/ablation');
const folds = 3;
const heads = ['prompt', 'data'];

if (isMainThread) await main();
else await { read: readShard, fit: fitJobs }[workerData.task](workerData);

async function main() {
  const { values } = parseArgs({
    options: {
      texts: { type: 'string', default: '4000' },
      benchmark: { type: 'string', default: '1900' },
      'float-texts': { type: 'string', default: '1500' },
      'read-only': { type: 'boolean', default: false },
    },
  });
  const int8 = join(root, 'packages/smollm2/data');
  const float = await floatModel(int8, join(cache, 'float32'));
  const benchmark = await readFolder(join(root, '../shared/datasets/benchmark'));
  const rows = await readFolder(join(root, '../shared/datasets/train'));
  const corpus = await readCorpus();
  const { samples } = trainingSet({ rows, corpus, evaluation: benchmark, seed: 1 });
  const train = seededOrder(samples).slice(0, Number(values.texts));
  const tested = seededOrder(benchmark).slice(0, Number(values.benchmark));
  const runs = [
    { name: 'int8', model: int8, rows: mainRows, train },
    { name: 'int8', model: int8, rows: floatRows, train: train.slice(0, Number(values['float-texts'])) },
    { name: 'float32', model: float, rows: floatRows, train: train.slice(0, Number(values['float-texts'])) },
  ].map((run) => ({ ...run, benchmark: tested, folder: join(cache, graphOf(run.model).slice(0, 16)) }));

  for (const run of [runs[0], runs[2]]) await inWorkers(run.name, { task: 'read', run });
  if (values['read-only']) return;

  const jobs = runs.flatMap((run, at) =>
    jobsOf(run.rows, heads).map((job) => ({ ...job, at, file: fileOf(run, job) })),
  );
  const left = jobs.filter(({ file }) => !existsSync(file));
  console.error(`${left.length} of ${jobs.length} fits to do`);
  const counter = new SharedArrayBuffer(4);
  await inWorkers('fits', { task: 'fit', runs, jobs: left, counter });

  const report = {
    command: 'npm run bench:ablation',
    graphSha256: graphOf(int8),
    folds,
    rows: runs.flatMap((run) =>
      run.rows.map((row) => ({
        row: row.name,
        graph: run.name,
        texts: run.train.length,
        ...Object.fromEntries(
          heads.map((head) => [
            head,
            ablationFigures(partsOf(row).map((part) => readJson(fileOf(run, { ...part, head })))),
          ]),
        ),
      })),
    ),
  };
  writeFileSync(join(root, 'packages/smollm2/ablations.json'), `${JSON.stringify(report, rounded, 2)}\n`);
  console.log(table(report));
}

/** Runs this file in a worker a core, each told its number. */
async function inWorkers(name, data) {
  const shards = availableParallelism();
  const start = Date.now();
  const total = data.task === 'read' ? data.run.train.length + data.run.benchmark.length : data.jobs.length;
  let done = 0;
  const one = (shard) =>
    new Promise((resolve, reject) => {
      const worker = new Worker(new URL(import.meta.url), { workerData: { ...data, shard, shards } });
      worker.on('message', () => {
        done++;
        if (data.task === 'fit' || done % 100 === 0 || done === total)
          console.error(`${name}: ${done} of ${total}, ${((Date.now() - start) / 1000).toFixed(0)} s`);
      });
      worker.on('error', reject);
      worker.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`a worker ended with code ${code}`))));
    });
  await Promise.all(Array.from({ length: shards }, (_, shard) => one(shard)));
}

async function readShard({ run, shard, shards }) {
  for (const part of ['benchmark', 'train']) {
    // By hash, not by turn: a text stays in its shard when others are added.
    const samples = run[part].filter(
      (sample) => Number.parseInt(hashOf(sample.text).slice(0, 8), 16) % shards === shard,
    );
    const task = { model: run.model, folder: join(run.folder, part), shard, cut: ablationCuts[part], samples };
    await fillPoolings(task, () => parentPort.postMessage('text'));
  }
}

async function fitJobs({ runs, jobs, counter }) {
  const next = new Int32Array(counter);
  let opened = { key: '' };
  for (let index = Atomics.add(next, 0, 1); index < jobs.length; index = Atomics.add(next, 0, 1)) {
    const { at, pooling, layers, head, file } = jobs[index];
    const key = `${at} ${pooling}`;
    if (opened.key !== key) {
      await opened.data?.close();
      const { model, folder, train, benchmark } = runs[at];
      opened = { key, data: await openAblationData(model, folder, pooling, { train, benchmark }) };
    }
    const scores = await scoreVariant(opened.data, head, layers, { ...trainSettings[head], folds });
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(`${file}.part`, JSON.stringify(scores));
    renameSync(`${file}.part`, file);
    parentPort.postMessage('fit');
  }
  await opened.data?.close();
}

/** Where a fit's scores are kept: they depend on the texts and settings, and on nothing else. */
function fileOf({ folder, train, benchmark }, { pooling, layers, head }) {
  const texts = [train, benchmark].map((list) =>
    list.map(({ text, label, family, source }) => [text, label, family, source]),
  );
  const key = hashOf(JSON.stringify([texts, trainSettings[head], folds, ablationCuts]));
  return join(folder, 'fits', `${head}-${pooling}-${layers.join('.') || 'ngrams'}-${key.slice(0, 16)}.json`);
}

/** The same order on every machine, and a larger subset holds the smaller one. */
function seededOrder(samples) {
  const keys = new Map(samples.map((sample) => [sample, hashOf(`1:${sample.label}:${sample.text}`)]));
  return [...samples].sort((a, b) => (keys.get(a) < keys.get(b) ? -1 : 1));
}

function graphOf(model) {
  return readJson(join(model, 'manifest.json')).files['model.onnx'].sha256;
}

function hashOf(text) {
  return createHash('sha256').update(text).digest('hex');
}

function readJson(file) {
  return JSON.parse(readFileSync(file, 'utf8'));
}

function rounded(_, value) {
  return typeof value === 'number' ? Number(value.toFixed(4)) : value;
}
