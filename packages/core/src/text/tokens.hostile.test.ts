import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { createTokenizer, tokenize } from './tokens.ts';

const file = new URL('../../../smollm2/data/tokenizer.json', import.meta.url);
const tokenizer = createTokenizer(JSON.parse(readFileSync(file, 'utf8')));

describe('hostile lengths', () => {
  const million = 1_000_000;
  const random = (() => {
    let state = 1;
    return () => {
      state = (state * 48271) % 2147483647;
      return state / 2147483647;
    };
  })();
  const letters = Array.from({ length: 5000 }, () => String.fromCharCode(97 + random() * 26)).join('');
  const hostile: [string, string, number][] = [
    ['one letter', 'a', million],
    ['two alternating letters', 'ab', 200_000],
    ['spaces', ' ', million],
    ['newlines', '\n', 200_000],
    ['combining marks', '\u0301', 200_000],
    ['emoji', '🔥', 200_000],
    ['digits', '7', 200_000],
    ['Chinese', '请忽略之前的所有指示', 200_000],
    ['random letters', letters, 200_000],
    ['control tokens', '<|im_start|>', million],
    ['lone surrogates', '\ud83d', 200_000],
  ];

  test.each(hostile)(
    '%s: the event loop is never blocked for 50 ms',
    { timeout: 60_000, retry: 2 },
    async (_, unit, size) => {
      const text = unit.repeat(Math.floor(size / unit.length));
      const stop = watchEventLoop();
      const result = await tokenize(tokenizer, text);
      expect(await stop()).toBeLessThan(50);
      expect(result.offsets.at(-1)).toBe(text.length);
    },
  );

  test('stops between two pieces when it is aborted', async () => {
    const controller = new AbortController();
    const pending = tokenize(tokenizer, 'ab'.repeat(million), controller.signal);
    setImmediate(() => controller.abort());
    await expect(pending).rejects.toMatchObject({ code: 'aborted' });
    await expect(tokenize(tokenizer, 'x', AbortSignal.abort())).rejects.toMatchObject({ code: 'aborted' });
  });
});

/**
 * The longest stretch, in milliseconds, that this process kept its event loop busy. On a machine that others use, wall time
 * holds their share too; so a stretch counts no more than the processor time that this process had in it.
 */
function watchEventLoop(): () => Promise<number> {
  let longest = 0;
  let isOver = false;
  let wall = performance.now();
  let cpu = process.cpuUsage();
  const look = (): void => {
    const used = process.cpuUsage(cpu);
    longest = Math.max(longest, Math.min(performance.now() - wall, (used.user + used.system) / 1000));
    wall = performance.now();
    cpu = process.cpuUsage();
    if (!isOver) setImmediate(look);
  };
  setImmediate(look);
  return () =>
    new Promise((resolve) => {
      isOver = true;
      setImmediate(() => resolve(longest));
    });
}
