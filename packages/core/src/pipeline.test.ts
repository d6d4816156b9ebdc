import { describe, expect, it } from 'vitest';
import { inOrder } from './pipeline.ts';

const later = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe('inOrder', () => {
  it('keeps the order although later items finish first', async () => {
    const results: number[] = [];
    for await (const item of inOrder([30, 20, 10, 0], 4, async (ms) => {
      await later(ms);
      return ms;
    }))
      results.push(item);
    expect(results).toEqual([30, 20, 10, 0]);
  });

  it('reads no further ahead than told', async () => {
    let read = 0;
    function* source(): Generator<number> {
      for (let i = 0; i < 100; i++) {
        read++;
        yield i;
      }
    }
    for await (const item of inOrder(source(), 3, async (i) => i)) {
      if (item === 5) break;
    }
    expect(read).toBeLessThanOrEqual(9);
  });

  it('answers one item before the next one arrives', async () => {
    const answered: number[] = [];
    async function* source(): AsyncGenerator<number> {
      yield 1;
      while (answered.length === 0) await later(1);
      yield 2;
    }
    for await (const item of inOrder(source(), 4, async (i) => i)) answered.push(item);
    expect(answered).toEqual([1, 2]);
  });

  it('passes a failure on at its turn', async () => {
    const results: number[] = [];
    const run = async (): Promise<void> => {
      for await (const item of inOrder([1, 2, 3], 2, async (i) => (i === 2 ? Promise.reject(new Error('no')) : i)))
        results.push(item);
    };
    await expect(run()).rejects.toThrow('no');
    expect(results).toEqual([1]);
  });
});
