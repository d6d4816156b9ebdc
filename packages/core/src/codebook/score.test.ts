import { describe, expect, it } from 'vitest';
import { randomCodebook } from '../testing/random-codebook.ts';
import { ngramBucket, ngramParts, scoreNgrams } from './ngrams.ts';
import { calibrate, explainSegment, scoreSegments, textLogit } from './score.ts';

const width = 7;
const { prompt: head } = randomCodebook('a'.repeat(64), [1, 2], width).heads;
const hidden = (scale: number): Float32Array => Float32Array.from({ length: 2 * width }, (_, i) => Math.sin(i * scale));
const activations = { segments: 2, width, layers: [hidden(0.7), hidden(1.3)] };

describe('scoreSegments', () => {
  it('equals the formula written out: sum over layers of log-sum-exp differences, n-grams and bias', () => {
    const logits = scoreSegments(head, activations, Float64Array.of(0.5, -0.25));
    for (const segment of [0, 1]) {
      let expected = head.bias + head.ngramWeight * (segment === 0 ? 0.5 : -0.25);
      head.layers.forEach((layer, index) => {
        const x = (activations.layers[index] as Float32Array).subarray(segment * width, (segment + 1) * width);
        const z = Array.from(
          layer.offset,
          (o, d) => o + x.reduce((sum, value, i) => sum + value * (layer.projection[d * width + i] as number), 0),
        );
        const norm = Math.hypot(...z);
        const similarity = [0, 1, 2].map((p) => Math.exp((layer.sharpness * (z[p] as number)) / norm));
        expected +=
          layer.weight * Math.log(((similarity[0] as number) + (similarity[1] as number)) / (similarity[2] as number));
      });
      expect(logits[segment]).toBeCloseTo(expected, 6);
    }
  });

  it('is explained by parts that add up to it', () => {
    const ngram = Float64Array.of(0.5, -0.25);
    const [logit] = scoreSegments(head, activations, ngram);
    const { kind, layers } = explainSegment(head, activations, 0, 0.5);
    expect(head.bias + layers.reduce((sum, part) => sum + part.logit, 0)).toBeCloseTo(logit as number, 9);
    expect(['instruction override', 'prompt extraction']).toContain(kind);
    expect(layers.map(({ layer }) => layer)).toEqual([0, 1, 2]);
  });

  it('takes more off where more segments were looked at, up to a bound, and calibrates upwards', () => {
    expect(textLogit(head, 2, 10)).toBeLessThan(textLogit(head, 2, 1));
    expect(textLogit(head, 2, 5000)).toBe(textLogit(head, 2, 64));
    expect(calibrate(head, 3)).toBeGreaterThan(calibrate(head, 1));
  });
});

describe('scoreNgrams', () => {
  it('counts only n-grams that lie wholly inside the range', () => {
    const ids = Int32Array.of(5, 6, 7, 8);
    const { table, scale } = head.ngrams;
    const value = (end: number, order: number): number => table[ngramBucket(ids, end, order, table.length)] as number;
    const sum = value(1, 1) + value(2, 1) + value(2, 2);
    expect(scoreNgrams(head.ngrams, ids, [{ start: 1, end: 3 }])[0]).toBeCloseTo((sum * scale) / Math.sqrt(3), 12);
  });

  it('scores a long range as its strongest part', () => {
    const ids = Int32Array.from({ length: 40 }, (_, i) => i * 31);
    const parts = ngramParts({ start: 0, end: 40 }, head.ngrams.span);
    expect(parts.at(-1)).toEqual({ start: 40 - head.ngrams.span, end: 40 });
    expect(scoreNgrams(head.ngrams, ids, [{ start: 0, end: 40 }])[0]).toBe(
      Math.max(...scoreNgrams(head.ngrams, ids, parts)),
    );
  });

  it('scores an empty range as nothing', () => {
    expect(scoreNgrams(head.ngrams, new Int32Array(0), [{ start: 0, end: 0 }])).toEqual(Float64Array.of(0));
  });
});
