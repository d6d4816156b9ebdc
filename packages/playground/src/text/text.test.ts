import type { ExplainedSegment } from '@alknet/firewall-core';
import { describe, expect, it } from 'vitest';
import { invisibleRuns } from './invisible.ts';
import { ratesAt } from './operating-point.ts';
import { cut, heat } from './shade.ts';

const segment = (start: number, end: number, score: number): ExplainedSegment => ({
  span: [start, end],
  score,
  kind: 'none',
  layers: [],
});

describe('invisibleRuns', () => {
  it('finds tags, selectors and zero-width characters, and counts them as characters', () => {
    const text = `a\u{e0041}\u{e0042}b\u200bc\u{1f600}\ufe00\u{e0101}`;
    expect(invisibleRuns(text)).toEqual([
      { start: 1, end: 5, count: 2, kind: 'tag characters' },
      { start: 6, end: 7, count: 1, kind: 'zero-width characters' },
      { start: 10, end: 13, count: 2, kind: 'variation selectors' },
    ]);
  });

  it('leaves alone what emoji and scripts are spelled with, and plain text in any language', () => {
    for (const text of [
      '\u2764\ufe0f',
      '\u{1f468}\u200d\u{1f469}\u200d\u{1f467}',
      'می\u200cخواهم',
      'a\tb\r\n',
      '字 ñ \ud800 x',
    ])
      expect(invisibleRuns(text)).toEqual([]);
  });
});

describe('cut', () => {
  it('gives each stretch its strongest segment, and the whole text back', () => {
    const text = 'one two\u200b\u200bthree four';
    const pieces = cut(text, [segment(0, 7, 0.2), segment(4, 14, 0.9), segment(9, 19, 0.1)]);
    expect(pieces.map(({ start, end }) => text.slice(start, end)).join('')).toBe(text);
    expect(pieces).toMatchObject([
      { start: 0, end: 4, segment: 0 },
      { start: 4, end: 7, segment: 1 },
      { start: 7, end: 9, count: 2 },
      { start: 9, end: 14, segment: 1 },
      { start: 14, end: 19, segment: 2 },
    ]);
  });

  it('leaves a text that was not scored in one piece', () => {
    expect(cut('abc', [])).toEqual([{ start: 0, end: 3, segment: -1 }]);
    expect(cut('', [])).toEqual([]);
  });
});

describe('heat', () => {
  it('rises with the score', () => {
    expect([0, 0.05, 0.3, 0.5, 1].map(heat)).toEqual([0, 1, 3, 4, 6]);
  });
});

describe('ratesAt', () => {
  const curve = [
    { threshold: 0.2, falsePositiveRate: 0.05, recall: 0.6 },
    { threshold: 0.4, falsePositiveRate: 0.01, recall: 0.4 },
  ];

  it('reads between measured thresholds, and says where it cannot', () => {
    expect(ratesAt(curve, 0.2)).toEqual({ falsePositiveRate: 0.05, recall: 0.6 });
    expect(ratesAt(curve, 0.3).recall).toBeCloseTo(0.5, 12);
    expect(ratesAt(curve, 0.1)).toEqual({ falsePositiveRate: 0.05, recall: 0.6, beyond: 'below' });
    expect(ratesAt(curve, 0.9)).toMatchObject({ falsePositiveRate: 0.01, beyond: 'above' });
  });
});
