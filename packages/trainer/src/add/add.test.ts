import type { Head } from '@alknet/firewall-core';
import { describe, expect, it } from 'vitest';
import { seeded } from '../random.ts';
import type { Sample } from '../samples/sample.ts';
import { nameWith } from './add-examples.ts';
import { addNgrams, frequenciesOf } from './add-ngrams.ts';
import { addPrototypes, mostKinds } from './add-prototypes.ts';
import { type Example, scoreOf, tellingPlace } from './example.ts';
import { headChange } from './head-change.ts';
import { holdLevel, riseOf } from './hold-level.ts';
import { learn } from './learn.ts';
import { lessonsOf, type Watched } from './lessons.ts';
import { refitWeights, withStatistics } from './refit-weights.ts';
import { watchedTexts } from './watched-texts.ts';

const dimensions = 8;
const preset = { flag: 0.3, block: 0.5, falsePositiveRate: 0.01 };
const precision = Array.from({ length: 16 }, (_, i) => (i % 5 === 0 ? 200 : 10));

/** Two layers that know attacks along the first axis and harmless texts along the second. */
const head: Head = {
  layers: [1, 2].map((layer) => ({
    layer,
    projection: new Float32Array(dimensions * dimensions),
    offset: new Float32Array(dimensions),
    prototypes: Float32Array.from({ length: 2 * dimensions }, (_, i) => (i === 0 || i === dimensions + 1 ? 1 : 0)),
    labels: ['known attack', 'harmless chat'],
    attackPrototypes: 1,
    sharpness: 6,
    weight: 0.5,
  })),
  ngrams: { table: new Int8Array(1024), scale: 0.03, order: 2, span: 32 },
  ngramWeight: 1,
  bias: -0.6,
  lengthSlope: 0.1,
  calibration: { slope: 1, intercept: -1 },
  presets: { strict: preset, balanced: preset, permissive: preset },
  statistics: { precision, texts: 1000 },
};

/** A text of one row that lies near an axis, its words drawn from a range of ids. */
function text(id: string, label: 0 | 1, axis: number, words: number, more: Partial<Example> = {}): Example {
  const random = seeded(Number.parseInt(id.replace(/\D/g, ''), 10) + 100 * axis + 1);
  const unit = Float64Array.from({ length: dimensions }, (_, i) => (i === axis ? 1 : 0) + 0.3 * (random() - 0.5));
  const norm = Math.hypot(...unit);
  const units = [0, 1].map(() => unit.map((value) => value / norm));
  const ids = Int32Array.from({ length: 12 }, () => words + Math.floor(20 * random()));
  const part = { ids, ranges: [{ start: 0, end: 12 }], units, rowLabels: Int8Array.of(label) };
  return { id, label, kind: label === 1 ? 'wren protocol' : 'harmless chat', parts: [part], ...more };
}

const many = (count: number, label: 0 | 1, axis: number, words: number): Example[] =>
  Array.from({ length: count }, (_, i) => text(`t${i}`, label, axis, words));

const watched: Watched = { harmless: many(60, 0, 1, 1000), attacks: many(30, 1, 0, 2000) };
/** Attacks of a kind that lies elsewhere, and passes. */
const passing = many(10, 1, 4, 3000);

describe('lessons', () => {
  it('are what is decided wrongly, and not what is right', () => {
    expect(lessonsOf(head, 'balanced', passing)).toHaveLength(10);
    expect(lessonsOf(head, 'balanced', watched.attacks)).toHaveLength(0);
  });

  it('of an attack with a span come from the strongest row in it', () => {
    const [strong, weak] = [text('a1', 1, 0, 50).parts[0], text('a2', 1, 4, 50).parts[0]] as const;
    if (strong === undefined || weak === undefined) throw new Error('a part is missing');
    const parts = [
      { ...strong, rowLabels: Int8Array.of(0) },
      { ...weak, rowLabels: Int8Array.of(1) },
    ];
    expect(tellingPlace(head, { id: 'a', label: 1, kind: 'x', parts })?.part).toBe(parts[1]);
  });
});

describe('new prototypes', () => {
  it('stand behind the attacks that are there, one for each kind, unit length, named by it', () => {
    const [layer] = addPrototypes(head, lessonsOf(head, 'balanced', passing), watched, 'alone').layers;
    expect(layer?.labels).toEqual(['known attack', 'wren protocol', 'harmless chat']);
    expect(layer?.attackPrototypes).toBe(2);
    const added = layer?.prototypes.slice(dimensions, 2 * dimensions) ?? [];
    expect(Math.hypot(...added)).toBeCloseTo(1, 5);
    expect(Math.max(...added)).toBe(added[4]);
    expect([...(layer?.prototypes.slice(2 * dimensions) ?? [])].indexOf(1)).toBe(1);
  });

  it('are bounded, whatever the number of kinds', () => {
    const kinds = passing.flatMap((example, i) => [
      { ...example, kind: `kind ${i}` },
      { ...example, kind: `kind ${i + 10}` },
    ]);
    const { layers } = addPrototypes(head, lessonsOf(head, 'balanced', kinds), watched, 'alone');
    expect(layers.map(({ labels }) => labels.length)).toEqual([2 + mostKinds, 2 + mostKinds]);
  });
});

describe('new weights', () => {
  it('leave the bias, and move less where the training texts hold them more firmly', () => {
    const taught = addPrototypes(head, lessonsOf(head, 'balanced', passing), watched, 'alone');
    const moved = (firmness: number): number => {
      const statistics = { precision: precision.map((value) => firmness * value), texts: 1000 };
      const refitted = refitWeights({ ...taught, statistics }, passing);
      expect(refitted.bias).toBe(head.bias);
      return (refitted.layers[0]?.weight ?? 0) - 0.5;
    };
    expect(moved(0.01)).toBeGreaterThan(moved(1));
    expect(moved(1)).toBeGreaterThan(0);
  });

  it('stay where a codebook has no statistics', () => {
    const { statistics: _, ...old } = head;
    expect(refitWeights(old, passing)).toBe(old);
    expect(withStatistics(old, passing)).toBe(old);
  });

  it('count the examples in for the next time', () => {
    const { statistics } = withStatistics(head, passing);
    expect(statistics?.texts).toBe(1010);
    expect(statistics?.precision[0]).toBeGreaterThan(precision[0] as number);
  });
});

describe('new n-grams', () => {
  it('block the texts that hold them, and move less where harmless texts have them', () => {
    const shared = passing.map((example) => ({ ...example, id: `h-${example.id}`, label: 0 as const }));
    const tableAfter = (harmless: readonly Example[]): { blocked: number; sum: number } => {
      const known = frequenciesOf(head.ngrams, { harmless, attacks: [] });
      const changed = addNgrams(head, 'balanced', passing.slice(0, 1), known);
      const blocked = scoreOf(changed, passing[0] as Example);
      return { blocked, sum: changed.ngrams.table.reduce((sum, value) => sum + Math.abs(value), 0) };
    };
    const alone = tableAfter([]);
    expect(alone.blocked).toBeGreaterThan(preset.block);
    expect(tableAfter(Array.from({ length: 20 }, () => shared).flat()).sum).toBeLessThan(alone.sum);
  });
});

describe('the level', () => {
  it('of harmless texts comes down to where it was, and is never raised', () => {
    const lifted = { ...head, bias: head.bias + 1 };
    expect(riseOf(head, lifted, watched.harmless)).toBeCloseTo(1);
    expect(holdLevel(head, lifted, watched.harmless).bias).toBeCloseTo(head.bias);
    const lowered = { ...head, bias: head.bias - 1 };
    expect(holdLevel(head, lowered, watched.harmless)).toBe(lowered);
  });
});

describe('learning', () => {
  it('blocks what passed, and its like, and leaves known texts as they were', () => {
    const after = learn(head, 'balanced', passing, watched);
    const change = headChange(head, after, 'balanced', passing, watched);
    expect(change.attacks).toEqual({ texts: 10, before: 0, after: 1 });
    expect(change.knownHarmless).toEqual({ texts: 60, before: 0, after: 0 });
    expect(change.knownAttacks.after).toBe(1);
    expect(change).toMatchObject({ unlearnt: [], prototypes: 1 });
    const [similar] = [text('n77', 1, 4, 3000)];
    expect(scoreOf(after, similar as Example)).toBeGreaterThan(preset.block);
  });

  it('passes a harmless text that was blocked', () => {
    const blocked = text('b3', 0, 0, 4000);
    expect(scoreOf(head, blocked)).toBeGreaterThan(preset.block);
    const after = learn(head, 'balanced', [blocked], watched);
    expect(scoreOf(after, blocked)).toBeLessThan(preset.flag);
    expect(headChange(head, after, 'balanced', [blocked], watched).knownAttacks.after).toBeGreaterThan(0.96);
  });

  it('gives the same for the same, and the head itself where there is nothing to learn', () => {
    expect(learn(head, 'balanced', passing, watched)).toEqual(learn(head, 'balanced', passing, watched));
    expect(learn(head, 'balanced', watched.attacks, watched)).toBe(head);
  });

  it('says which texts contradict one another', () => {
    const [one] = passing as [Example];
    const both = [one, { ...one, id: 'the same, harmless', label: 0 as const }];
    const after = learn(head, 'balanced', both, watched);
    expect(headChange(head, after, 'balanced', both, watched).unlearnt).toHaveLength(1);
  });
});

describe('the texts that are watched', () => {
  it('are an even sample for each head, without bare orders', () => {
    const sample = (i: number, label: 0 | 1, source = 'own-texts'): Sample => {
      return { id: `${i}`, text: `text ${i}`, label, source, category: 'chat', heads: ['prompt'], family: 'own' };
    };
    const corpus = Array.from({ length: 3000 }, (_, i) => sample(i, (i % 2) as 0 | 1));
    const chosen = watchedTexts([...corpus, sample(3000, 1, 'own-injections-en')]);
    expect(chosen.filter(({ label }) => label === 0)).toHaveLength(400);
    expect(chosen.filter(({ label }) => label === 1)).toHaveLength(200);
    expect(chosen.every(({ source }) => source === 'own-texts')).toBe(true);
    expect(watchedTexts(corpus.slice(0, 10))).toHaveLength(10);
  });
});

describe('the name', () => {
  it('counts what was added', () => {
    expect(nameWith('smollm2-default', 12)).toBe('smollm2-default +12 examples');
    expect(nameWith('smollm2-default +12 examples', 1)).toBe('smollm2-default +13 examples');
    expect(nameWith('mine', 1)).toBe('mine +1 example');
  });
});
