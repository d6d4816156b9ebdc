import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createTokenizer, readManifest, readModelFile } from '@alknet/firewall-core';
import { modelDirectory } from '@alknet/firewall-smollm2';
import { afterAll, describe, expect, it } from 'vitest';
import { readFeatures } from '../features/features.ts';
import { fillShard } from '../features/fill-shard.ts';
import { defaultCut } from '../features/layout.ts';
import { openStore } from '../features/store.ts';
import { auc } from '../measure/metrics.ts';
import { seeded } from '../random.ts';
import { readCorpus } from '../samples/corpus.ts';
import { fitPlatt } from './calibrate.ts';
import { fitHead } from './fit-head.ts';
import { ngramSettings } from './fit-ngrams.ts';
import { prototypeSettings } from './fit-prototypes.ts';
import { familyFolds } from './folds.ts';
import { openMatrixProducts } from './matrix.ts';
import { rowGradients, sigmoid } from './objective.ts';
import { createLayer } from './prototype-layer.ts';
import { sampleWeights } from './weights.ts';

const products = await openMatrixProducts();
const folder = await mkdtemp(join(tmpdir(), 'trainer-'));
afterAll(async () => {
  await products.close();
  await rm(folder, { recursive: true });
});

describe('prototype layer', () => {
  it('steps down the gradient that differences give', async () => {
    const shape = { width: 6, dimensions: 3, attack: 2, harmless: 2 };
    const rows = Float32Array.from({ length: 5 * 6 }, (_, i) => Math.sin(i * 1.7));
    const weights = Float64Array.of(0.3, -0.2, 0.5, -0.4, 0.1);
    const loss = async (nudge: (layer: ReturnType<typeof createLayer>) => void): Promise<number> => {
      const layer = createLayer(shape, products, seeded(3), 0, 0.5);
      nudge(layer);
      const logits = await layer.forward(rows, 5);
      return logits.reduce((sum, logit, i) => sum + logit * (weights[i] as number), 0);
    };
    const stepped = createLayer(shape, products, seeded(3), 0, 0.5);
    const before = stepped.projection.slice();
    await stepped.forward(rows, 5);
    await stepped.backward(rows, weights, 1e-3);
    // Adam's first step moves every parameter by the rate against the sign of its gradient.
    for (const at of [0, 4, 9, 17]) {
      const delta = 1e-2;
      const nudged = (by: number): Promise<number> =>
        loss((layer) => {
          layer.projection[at] = (layer.projection[at] as number) + by;
        });
      const up = await nudged(delta);
      const down = await nudged(-delta);
      const moved = (stepped.projection[at] as number) - (before[at] as number);
      expect(Math.sign(moved)).toBe(-Math.sign(up - down));
    }
  });
});

describe('objective', () => {
  it('puts an attack of unknown place on the strongest row alone', () => {
    const out = new Float64Array(3);
    rowGradients({ logits: Float64Array.of(-1, 2, 0), labels: Int8Array.of(-1, -1, -1), weight: 2 }, out, 0);
    expect([...out]).toEqual([0, 2 * (sigmoid(2) - 1), 0]);
  });

  it('shares a harmless text over its rows, most of it to the strongest', () => {
    const out = new Float64Array(3);
    rowGradients({ logits: Float64Array.of(0, 0, 3), labels: Int8Array.of(0, 0, 0), weight: 1 }, out, 0);
    expect(out.every((gradient) => gradient > 0)).toBe(true);
    expect(out[2]).toBeGreaterThan(out[0] as number);
  });
});

describe('folds and weights', () => {
  it('keeps a family in one fold', () => {
    const samples = Array.from({ length: 60 }, (_, i) => ({
      family: `f${i % 7}`,
      label: (i % 2) as 0 | 1,
      source: `s${i % 7}`,
    }));
    const folds = familyFolds(samples, 3);
    for (const [i, { family }] of samples.entries()) {
      expect(folds[i]).toBe(folds[samples.findIndex((other) => other.family === family)]);
    }
  });

  it('gives both classes the same weight', () => {
    const samples = Array.from({ length: 50 }, (_, i) => ({
      source: i < 40 ? 'big' : 'small',
      label: (i % 10 === 0 ? 1 : 0) as 0 | 1,
    }));
    const weights = sampleWeights(samples);
    const sum = (label: 0 | 1): number =>
      weights.reduce((total, weight, i) => total + (samples[i]?.label === label ? weight : 0), 0);
    expect(sum(0)).toBeCloseTo(sum(1), 9);
  });
});

describe('fitPlatt', () => {
  it('finds the slope and intercept that made the labels', () => {
    const random = seeded(5);
    const scored = Array.from({ length: 20_000 }, () => {
      const score = (random() - 0.5) * 8;
      return { score, label: (random() < sigmoid(1.5 * score - 1) ? 1 : 0) as 0 | 1 };
    });
    const { slope } = fitPlatt(scored);
    expect(slope).toBeGreaterThan(1.3);
    expect(slope).toBeLessThan(1.7);
  });

  it.each([0.01, 1, 30])('stays finite and useful for log-odds spread by %d', (spread) => {
    const random = seeded(6);
    const scored = Array.from({ length: 2000 }, (_, i) => ({
      score: spread * (random() * 4 - (i % 4 === 0 ? 0 : 3)),
      label: (i % 4 === 0 ? 1 : 0) as 0 | 1,
    }));
    const { slope, intercept } = fitPlatt(scored);
    const probabilities = scored.map(({ score, label }) => ({ label, score: sigmoid(slope * score + intercept) }));
    expect(auc(probabilities)).toBeCloseTo(auc(scored), 6);
    const mean = (label: 0 | 1): number => {
      const inside = probabilities.filter((entry) => entry.label === label);
      return inside.reduce((sum, { score }) => sum + score, 0) / inside.length;
    };
    expect(mean(1)).toBeGreaterThan(mean(0) + 0.2);
  });
});

describe('fitHead, on real activations', () => {
  it('resumes extraction, learns, and gives the same head for the same texts', async () => {
    const corpus = await readCorpus();
    const take = (source: string, count: number) => corpus.filter((sample) => sample.source === source).slice(0, count);
    const samples = [
      ...take('own-attacks-direct-en', 60),
      ...take('own-negatives-user-en', 60),
      ...take('own-attacks-multilingual', 20),
      ...take('own-negatives-multilingual', 20),
    ].map((sample, i) => ({ ...sample, family: `half ${i % 2}` }));
    const model = fileURLToPath(modelDirectory);
    let read = 0;
    const task = { model, folder, shard: 0, cut: defaultCut };
    await fillShard({ ...task, samples: samples.slice(0, 100) }, () => {});
    await fillShard({ ...task, samples }, (tokens) => {
      read += tokens > 0 ? 1 : 0;
    });
    expect(read).toBe(60);

    const manifest = await readManifest(model);
    const tokenizer = createTokenizer(
      JSON.parse(Buffer.from(await readModelFile(model, manifest, 'tokenizer.json')).toString('utf8')),
    );
    const store = openStore(folder, manifest.layers.length * manifest.width);
    const texts = await readFeatures(tokenizer, defaultCut, store, samples);
    const settings = {
      folds: 2,
      ngrams: { ...ngramSettings, buckets: 2 ** 12 },
      prototypes: { ...prototypeSettings, attack: 4, harmless: 4 },
    };
    const data = { texts, store, layers: manifest.layers, width: manifest.width };
    const first = await fitHead(data, products, settings, () => {});
    const second = await fitHead(data, products, settings, () => {});
    store.close();
    expect(second.head).toEqual(first.head);
    const { precision = [], texts: counted } = first.head.statistics ?? {};
    expect(counted).toBe(samples.length);
    expect(precision).toHaveLength(36);
    for (const [at, value] of precision.entries())
      expect(value).toBeCloseTo(precision[(at % 6) * 6 + Math.floor(at / 6)] as number, 9);
    for (const layer of [0, 1, 2, 3, 5]) expect(precision[layer * 7]).toBeGreaterThan(0);
    expect(first.head.curve?.length).toBeGreaterThan(1);
    expect(auc(first.heldOut.map(({ sample, score }) => ({ label: sample.label, score })))).toBeGreaterThan(0.6);
    expect(first.head.layers[0]?.labels.slice(4).every((label) => label.startsWith('harmless'))).toBe(true);
  });
});
