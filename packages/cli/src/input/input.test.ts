import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { readLines } from './lines.ts';
import { readTextFile, readTextStream } from './read-text.ts';
import { parseRecord } from './records.ts';

const bytes = (...chunks: (string | number[])[]): AsyncIterable<Buffer> =>
  Readable.from(chunks.map((chunk) => (typeof chunk === 'string' ? Buffer.from(chunk) : Buffer.from(chunk))));

async function linesOf(maxBytes: number, ...chunks: string[]): Promise<(string | undefined)[]> {
  const lines = [];
  for await (const line of readLines(bytes(...chunks), maxBytes)) lines.push(line);
  expect(lines.map(({ number }) => number)).toEqual(lines.map((_, index) => index + 1));
  return lines.map((line) => line.bytes?.toString());
}

it('splits at line feeds wherever the chunks end', async () => {
  expect(await linesOf(9, 'a\nb', 'c\n\nd', '', '\n')).toEqual(['a', 'bc', '', 'd']);
  expect(await linesOf(9, 'last')).toEqual(['last']);
  expect(await linesOf(9)).toEqual([]);
});

it('drops a line over the limit, and only that one', async () => {
  expect(await linesOf(3, 'abcd\nabc\nab', 'cd', 'ef\nx')).toEqual([undefined, 'abc', undefined, 'x']);
});

it.each([
  ['{"id": "a", "text": "hello"}', { id: 'a', text: 'hello' }],
  ['{"id": 7, "text": "", "role": "tool", "label": 1}\r', { id: 7, text: '', role: 'tool' }],
  ['{"text": "no id"}', { id: null, text: 'no id' }],
  ['  ', undefined],
  ['{"id": "a", "text": ', { id: null, message: 'The line is not JSON' }],
  ['["a"]', { id: null, message: 'The line is not a JSON object' }],
  ['{"id": "a"}', { id: 'a', message: 'text is not a string' }],
  ['{"id": {}, "text": "x"}', { id: null, message: 'id is neither a string nor a number' }],
  ['{"id": "a", "text": "x", "role": "root"}', { id: 'a', message: 'role is none of user, tool' }],
])('reads the line %s', (source, expected) => {
  const record = parseRecord({ number: 3, bytes: Buffer.from(source) }, ['user', 'tool']);
  if (expected && 'message' in expected) {
    expect(record).toEqual({ id: expected.id, line: 3, error: { code: 'input-invalid', message: expected.message } });
  } else expect(record).toEqual(expected);
});

it('answers a line that is too long or not UTF-8 with an error', () => {
  expect(parseRecord({ number: 1, bytes: undefined }, [])).toMatchObject({
    id: null,
    line: 1,
    error: { code: 'input-invalid' },
  });
  const broken = parseRecord({ number: 1, bytes: Buffer.from([0x22, 0xff, 0x22]) }, []);
  expect(broken).toMatchObject({ error: { message: 'The line is not UTF-8' } });
});

it('reads a text whole, without its byte order mark, across chunks that cut a character', async () => {
  expect(await readTextStream(bytes([0xef, 0xbb, 0xbf, 0x61, 0xc3], [0xa9]), 10, 'x')).toBe('aé');
});

it('stops reading once a text is certainly too long', async () => {
  let taken = 0;
  async function* endless(): AsyncGenerator<Buffer> {
    for (;;) {
      taken++;
      yield Buffer.alloc(100, 'a');
    }
  }
  const text = await readTextStream(endless(), 1000, 'x');
  expect(text.length).toBeGreaterThan(1000);
  expect(taken).toBeLessThan(40);
});

it('refuses what is not UTF-8, and names a file that is not there', async () => {
  await expect(readTextStream(bytes([0xff, 0xfe, 0x61, 0]), 10, 'standard input')).rejects.toMatchObject({
    code: 'input-invalid',
  });
  await expect(readTextStream(bytes([0x61, 0xc3]), 10, 'x')).rejects.toMatchObject({ code: 'input-invalid' });
  await expect(readTextFile('/no/such/file', 10)).rejects.toThrow(/ENOENT \(\/no\/such\/file\)/);
});
