import { describe, expect, it } from 'vitest';
import { seeded } from '../random.ts';
import { operatingCurve } from './curve.ts';
import { type Scored, shareAtOrAbove, trafficRate } from './metrics.ts';

describe('operatingCurve', () => {
  it('gives, by rising threshold, the rates that the texts have there', () => {
    const random = seeded(3);
    const scored = Array.from({ length: 6000 }, (_, i): Scored => {
      const label = i % 3 === 0 ? 1 : 0;
      return { label, score: Math.min(1, (random() + random() + label) / 3), source: `source ${i % 7}` };
    });
    const curve = operatingCurve(scored);
    expect(curve.length).toBeGreaterThan(30);
    expect(curve[0]?.falsePositiveRate).toBeCloseTo(0.08, 2);
    expect(curve.at(-1)?.falsePositiveRate).toBeLessThan(0.001);
    for (const [i, { threshold, falsePositiveRate, recall }] of curve.entries()) {
      expect(falsePositiveRate).toBe(trafficRate(scored, threshold));
      expect(recall).toBe(shareAtOrAbove(scored, 1, threshold));
      expect(threshold).toBeGreaterThan(curve[i - 1]?.threshold ?? -1);
    }
  });

  it('has fewer points where scores are tied, and none over 1', () => {
    const tied: Scored[] = [0, 1].flatMap((label) =>
      Array.from({ length: 50 }, () => ({ label: label as 0 | 1, score: 1 })),
    );
    expect(operatingCurve(tied)).toEqual([]);
  });
});
