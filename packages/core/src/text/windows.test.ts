import { describe, expect, test } from 'vitest';
import { segments, type TokenRange, windows } from './windows.ts';

const written = (list: TokenRange[]): string => list.map(({ start, end }) => `${start}-${end}`).join(' ');
const options = { size: 256, stride: 192 };

describe('windows', () => {
  test.each([
    [0, ''],
    [1, '0-1'],
    [255, '0-255'],
    [256, '0-256'],
    [257, '0-256 1-257'],
    [300, '0-256 44-300'],
    [448, '0-256 192-448'],
    [449, '0-256 192-448 193-449'],
    [1000, '0-256 192-448 384-640 576-832 744-1000'],
  ])('%i tokens: %s', (count, expected) => {
    expect(written(windows(count, options))).toBe(expected);
  });

  test('every token is in a window, no window is empty or repeated, whatever the sizes', () => {
    for (let size = 1; size <= 9; size += 1) {
      for (let stride = 1; stride <= size; stride += 1) {
        for (let count = 1; count <= 40; count += 1) {
          const list = windows(count, { size, stride });
          expect(list[0].start).toBe(0);
          expect(list.at(-1)?.end).toBe(count);
          for (const [i, { start, end }] of list.entries()) {
            expect(end - start).toBe(Math.min(size, count));
            if (i > 0) expect(start > list[i - 1].start && start <= list[i - 1].end).toBe(true);
          }
        }
      }
    }
  });

  test.each([
    { size: 256, stride: 0 },
    { size: 256, stride: 257 },
    { size: 0, stride: 0 },
    { size: 2.5, stride: 1 },
    { size: Number.NaN, stride: 1 },
  ])('refuses %o, which would not cover every token', (wrong) => {
    expect(() => windows(10, wrong)).toThrow(expect.objectContaining({ code: 'option-invalid' }));
  });
});

describe('segments', () => {
  test('cover a window, the last one of full size at its end', () => {
    const range = { start: 192, end: 192 + 70 };
    expect(written(segments(range, { size: 32, stride: 16 }))).toBe('192-224 208-240 224-256 230-262');
  });

  test('a window shorter than a segment is one segment', () => {
    expect(written(segments({ start: 5, end: 12 }))).toBe('5-12');
    expect(written(segments(7))).toBe('0-7');
  });

  test('a full window has fifteen', () => {
    expect(segments(256)).toHaveLength(15);
  });
});
