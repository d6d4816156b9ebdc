import { describe, expect, it } from 'vitest';
import { auc, calibrationError, interval, recallAt, type Scored, shareAtOrAbove, thresholdAt } from './metrics.ts';

const scored = (attacks: number[], harmless: number[]): Scored[] => [
  ...attacks.map((score) => ({ label: 1 as const, score })),
  ...harmless.map((score) => ({ label: 0 as const, score })),
];

describe('auc', () => {
  it('is the share of ordered pairs, ties counting half', () => {
    expect(auc(scored([0.9, 0.4, 0.5], [0.1, 0.5]))).toBeCloseTo((2 + 1 + 1.5) / 6, 12);
  });

  it('weighs pairs by their weights', () => {
    const entries: Scored[] = [
      { label: 1, score: 0.5 },
      { label: 0, score: 0.1, weight: 3 },
      { label: 0, score: 0.9 },
    ];
    expect(auc(entries)).toBeCloseTo(0.75, 12);
  });
});

describe('thresholds', () => {
  it('let no more harmless texts through the threshold than the rate', () => {
    const entries = scored(
      [2],
      Array.from({ length: 100 }, (_, i) => i / 100),
    );
    for (const rate of [0.01, 0.05, 0.2]) {
      expect(shareAtOrAbove(entries, 0, thresholdAt(entries, rate))).toBeLessThanOrEqual(rate + 1e-12);
    }
    expect(recallAt(entries, 0.01)).toBe(1);
  });

  it('count ties as over the threshold', () => {
    const entries = scored(
      [0.5],
      Array.from({ length: 10 }, () => 0.5),
    );
    expect(shareAtOrAbove(entries, 0, thresholdAt(entries, 0.05))).toBe(0);
    expect(recallAt(entries, 0.05)).toBe(0);
  });
});

describe('calibrationError', () => {
  it('is nothing for scores that are frequencies, and the gap for ones that are not', () => {
    const calibrated = scored([0.75, 0.75, 0.75], [0.75]);
    expect(calibrationError(calibrated)).toBeCloseTo(0, 12);
    expect(calibrationError(scored([0.95], [0.95]))).toBeCloseTo(0.45, 12);
  });
});

describe('interval', () => {
  it('holds the value and is the same on every run', () => {
    const items = Array.from({ length: 200 }, (_, i) => (i % 4 === 0 ? 1 : 0));
    const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
    const [low, high] = interval(items, mean);
    expect(low).toBeLessThan(0.25);
    expect(high).toBeGreaterThan(0.25);
    expect(interval(items, mean)).toEqual([low, high]);
  });
});
