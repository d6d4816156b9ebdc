import { describe, expect, it } from 'vitest';
import { holdBack } from './hold-back.ts';

const failure = (error: unknown): string => `[${(error as Error).message}]`;

/** Parts in capitals are no text. */
const textOf = (part: string): string | undefined => (part === part.toUpperCase() ? undefined : part);

async function through(
  parts: readonly string[],
  check: (text: string, held: readonly string[]) => Promise<void>,
): Promise<string[]> {
  const source = new ReadableStream<string>({
    start(controller) {
      for (const part of parts) controller.enqueue(part);
      controller.close();
    },
  });
  const out: string[] = [];
  for await (const part of source.pipeThrough(holdBack<string>({ textOf, check, failure }))) out.push(part);
  return out;
}

describe('holdBack', () => {
  it('lets everything out in order, each text checked before it is', async () => {
    const parts = ['START', ...Array.from({ length: 300 }, (_, i) => `word${i} `), 'END'];
    let checked = '';
    const out = await through(parts, async (text) => {
      checked = text;
    });
    expect(out).toEqual(parts);
    expect(checked.endsWith('word299 ')).toBe(true);
  });

  it('checks in steps, with some of what came before', async () => {
    const texts: string[] = [];
    await through(
      Array.from({ length: 1000 }, () => 'ten chars.'),
      async (text) => void texts.push(text),
    );
    expect(texts.map(({ length }) => length).slice(0, 7)).toEqual([400, 800, 1200, 1600, 2000, 2400, 2400]);
    expect(texts).toHaveLength(25);
  });

  it('lets nothing out that was held when a check failed, nor after', async () => {
    const check = async (text: string) => {
      if (text.includes('bad')) throw new Error('stopped');
    };
    expect(await through(['good ', 'GO', 'good ', 'bad ', 'END', 'more'], check)).toEqual(['good ', 'GO', '[stopped]']);
  });

  it('checks a text that the stream ends in', async () => {
    const check = () => Promise.reject(new Error('stopped'));
    expect(await through(['only text'], check)).toEqual(['[stopped]']);
  });

  it('shows the check the parts that are no text, once', async () => {
    const seen: string[] = [];
    await through(['a', 'TOOL', 'b', 'TOOL2'], async (_, held) => void seen.push(...held));
    expect(seen).toEqual(['a', 'TOOL', 'b', 'TOOL2']);
  });
});
