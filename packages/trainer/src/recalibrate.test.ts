import { readFileSync } from 'node:fs';
import { parseCodebook } from '@alknet/firewall-core';
import { modelDirectory } from '@alknet/firewall-smollm2';
import { describe, expect, it } from 'vitest';
import { recalibrate } from './recalibrate.ts';

const shipped = parseCodebook(readFileSync(new URL('codebook.safetensors', modelDirectory)), 'shipped');

describe('recalibrate', () => {
  it('measures the curve anew on the traffic given, and leaves the other head alone', () => {
    const curve = [
      { threshold: 0.25, falsePositiveRate: 0.05, recall: 0.6 },
      { threshold: 0.75, falsePositiveRate: 0.01, recall: 0.4 },
    ];
    const { prompt, data } = shipped.heads;
    const codebook = { ...shipped, heads: { prompt: { ...prompt, curve }, data } };
    const scores = Array.from({ length: 200 }, (_, i) => (i + 1) / 200);
    const { heads } = recalibrate(codebook, { prompt: scores }, 0.01);
    expect(heads.prompt.curve).toEqual([
      { threshold: 0.25, falsePositiveRate: 151 / 200, recall: 0.6 },
      { threshold: 0.75, falsePositiveRate: 51 / 200, recall: 0.4 },
    ]);
    expect(heads.prompt.presets.balanced.falsePositiveRate).toBeLessThanOrEqual(0.01);
    expect(heads.data).toBe(data);
  });
});
