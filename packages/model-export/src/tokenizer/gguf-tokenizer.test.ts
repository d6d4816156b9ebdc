import { Tokenizer } from '@huggingface/tokenizers';
import { describe, expect, it } from 'vitest';
import { ModelExportError } from '../errors.ts';
import { fixture, haveFixtures } from '../testing/fixtures.ts';
import { fileSource } from '../weights/byte-source.ts';
import { openGguf } from '../weights/gguf.ts';
import type { MetadataValue, WeightSource } from '../weights/weight-source.ts';
import { encodeWithSink } from './encode.ts';
import { tokenizerFromGguf } from './gguf-tokenizer.ts';

const good: Record<string, MetadataValue> = {
  'tokenizer.ggml.model': 'gpt2',
  'tokenizer.ggml.pre': 'smollm',
  'tokenizer.ggml.tokens': ['<s>', 'a', 'b', 'ab', '1', '2'],
  'tokenizer.ggml.token_type': [3, 1, 1, 1, 1, 1],
  'tokenizer.ggml.merges': ['a b'],
};

describe('tokenizerFromGguf', () => {
  it('merges, splits digits and knows special tokens', () => {
    const tokenizer = tokenizerFromGguf(source(good));
    expect(tokenizer.added_tokens.map(({ id, special }) => [id, special])).toEqual([[0, true]]);
    expect(encodeWithSink(tokenizer, 0, ['ab12', 'a<s>b'])).toEqual([
      [0, 3, 4, 5],
      [0, 1, 0, 2],
    ]);
  });

  it.each([
    ['another tokenizer', 'unsupported', { 'tokenizer.ggml.model': 'llama' }],
    ['an unknown pre-tokenizer', 'unsupported', { 'tokenizer.ggml.pre': 'constructor' }],
    ['no vocabulary', 'malformed', { 'tokenizer.ggml.tokens': [] }],
    ['types that are fewer than tokens', 'malformed', { 'tokenizer.ggml.token_type': [3] }],
    ['a token twice', 'malformed', { 'tokenizer.ggml.tokens': ['a', 'a', 'b', 'c', 'd', 'e'] }],
    ['merges of another type', 'malformed', { 'tokenizer.ggml.merges': [1] }],
  ])('refuses %s', (_, code, change) => {
    const attempt = (): unknown => tokenizerFromGguf(source({ ...good, ...change }));
    expect(attempt).toThrow(ModelExportError);
    expect(attempt).toThrow(expect.objectContaining({ code }));
  });

  it.skipIf(!haveFixtures)('reads back what it wrote of any text', () => {
    const gguf = openGguf(fileSource(fixture('gguf/tiny-llama-mixed.gguf')));
    const tokenizer = tokenizerFromGguf(gguf);
    const [ids] = encodeWithSink(tokenizer, 1, ['Grüße, 123 世界!\n\tfoo_bar']);
    const decoded = new Tokenizer(tokenizer, {}).decode((ids as number[]).slice(1));
    expect(decoded).toBe('Grüße, 123 世界!\n\tfoo_bar');
    gguf.close();
  });
});

function source(metadata: Record<string, MetadataValue>): WeightSource {
  const none = (): never => {
    throw new Error('no tensors here');
  };
  return {
    format: 'gguf',
    metadata: new Map(Object.entries(metadata)),
    tensors: new Map(),
    float32: none,
    raw: none,
    close() {},
  };
}
