import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { modelDirectory } from '@alknet/firewall-smollm2';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { fromBfloat16, openShard, openStore } from '../features/store.ts';
import { readCorpus } from '../samples/corpus.ts';
import type { Sample } from '../samples/sample.ts';
import { trainSettings } from '../train.ts';
import { ablationFigures } from './figures.ts';
import { fillPoolings } from './fill-poolings.ts';
import { ablationCuts, openAblationData } from './open-data.ts';
import { pickLayers } from './pick-layers.ts';
import { scoreVariant } from './score-variant.ts';

const model = fileURLToPath(modelDirectory);
const longText = 'The quarterly figures are attached to this message and need no answer. '.repeat(60);
let folder: string;
let samples: Record<'train' | 'benchmark', Sample[]>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ablation-'));
  const short = (await readCorpus()).filter(
    ({ text, heads, family }) => text.length < 200 && heads.includes('prompt') && family === 'own-first',
  );
  const some = (label: 0 | 1, from: number): Sample[] => short.filter((s) => s.label === label).slice(from, from + 30);
  const long: Sample = { ...(some(0, 0)[0] as Sample), id: 'long', text: longText };
  samples = { train: [...some(0, 0), ...some(1, 0), long], benchmark: [...some(0, 30), ...some(1, 30), long] };
  for (const part of ['train', 'benchmark'] as const) {
    const task = { model, folder: join(folder, part), shard: 0, cut: ablationCuts[part], samples: samples[part] };
    await fillPoolings(task, () => {});
  }
});

afterAll(() => rm(folder, { recursive: true }));

it('reads a segment, a window and its last token in one inference, each as its own row', async () => {
  const rows: Record<string, number[]> = {};
  for (const pooling of ['segments', 'window', 'last'] as const) {
    const data = await openAblationData(model, folder, pooling, samples);
    const text = data.benchmark.texts.find(({ sample }) => sample.id === 'long');
    rows[pooling] = text?.rows.map(({ start, end }) => end - start) ?? [];
    await data.close();
  }
  const windows = rows.window ?? [];
  // Training reads at most eight windows; of the benchmark every window is read.
  expect(windows.length).toBeGreaterThan(2);
  expect(windows.every((tokens) => tokens === 256)).toBe(true);
  expect(rows.last).toEqual(windows);
  expect(rows.segments).toHaveLength(windows.length * 15);
});

it('resumes: texts that every pooling holds are not read again', async () => {
  const read: number[] = [];
  const task = { model, folder: join(folder, 'train'), shard: 0, cut: ablationCuts.train, samples: samples.train };
  await fillPoolings(task, (tokens) => read.push(tokens));
  expect(read).toEqual(samples.train.map(() => 0));
});

it('picks layers of a stored row in the order asked for', async () => {
  const other = await mkdtemp(join(tmpdir(), 'pick-'));
  const writer = openShard(other, 0, 6);
  writer.append('a', [Float32Array.of(1, 2, 3, 4, 5, 6), Float32Array.of(7, 8, 9, 10, 11, 12)]);
  writer.close();
  const store = openStore(other, 6);
  const out = new Float32Array(8);
  fromBfloat16(pickLayers(store, 3, [2, 0], 2).read(0, 2), out);
  store.close();
  await rm(other, { recursive: true });
  expect([...out]).toEqual([5, 6, 1, 2, 11, 12, 7, 8]);
});

it('fits layers and n-grams apart, and a row adds up what both say', async () => {
  const data = await openAblationData(model, folder, 'segments', samples);
  const settings = { ...trainSettings.prompt, folds: 2 };
  const layers = await scoreVariant(data, 'prompt', [1, 8], settings);
  const ngrams = await scoreVariant(data, 'prompt', [], settings);
  await data.close();
  expect(layers.heldOut.map(({ sample }) => sample.id)).toEqual(ngrams.heldOut.map(({ sample }) => sample.id));
  const figures = [[layers], [ngrams], [layers, ngrams]].map((parts) => ablationFigures(parts));
  for (const { auc, recallAt1, attacks, harmless } of figures) {
    expect([attacks, harmless]).toEqual([30, 31]);
    expect(auc.value).toBeGreaterThan(0.6);
    expect(auc.interval[0]).toBeLessThanOrEqual(auc.value);
    expect(recallAt1.interval[1]).toBeGreaterThanOrEqual(recallAt1.value);
  }
  expect(new Set(figures.map(({ auc }) => auc.value)).size).toBeGreaterThan(1);
});

it('refuses parts that were scored on different texts', () => {
  const rows = (id: string) => [{ sample: { id, label: 1 as const, source: '', family: '' }, weight: 1, rows: [0] }];
  const part = (id: string) => ({ heldOut: rows(id), benchmark: rows(id) });
  expect(() => ablationFigures([part('a'), part('b')])).toThrow('different texts');
});
