import { describe, expect, it } from 'vitest';
import type { MetadataValue, WeightSource } from '../weights/weight-source.ts';
import { llamaConfigFromGguf, llamaConfigFromJson } from './config.ts';

const json = {
  model_type: 'llama',
  num_hidden_layers: 2,
  hidden_size: 64,
  intermediate_size: 96,
  num_attention_heads: 4,
  num_key_value_heads: 2,
  vocab_size: 512,
  max_position_embeddings: 128,
  rms_norm_eps: 1e-5,
  rope_theta: 10_000,
};
const gguf: Record<string, MetadataValue> = {
  'general.architecture': 'llama',
  'llama.block_count': 2,
  'llama.embedding_length': 64,
  'llama.feed_forward_length': 96,
  'llama.attention.head_count': 4,
  'llama.attention.head_count_kv': 2,
  'llama.vocab_size': 512,
  'llama.context_length': 128,
  'llama.attention.layer_norm_rms_epsilon': 1e-5,
  'llama.rope.freq_base': 10_000,
};

describe('model configuration', () => {
  it('is the same from both formats but for the order of rotary rows', () => {
    const { interleavedRotary, ...fromGguf } = llamaConfigFromGguf(source(gguf));
    expect({ ...fromGguf, interleavedRotary: false }).toEqual(llamaConfigFromJson(json));
    expect(interleavedRotary).toBe(true);
  });

  it.each([
    ['another architecture', 'unsupported', { model_type: 'qwen2' }],
    ['another activation', 'unsupported', { hidden_act: 'gelu' }],
    ['biases', 'unsupported', { attention_bias: true }],
    ['scaled rotary', 'unsupported', { rope_scaling: { rope_type: 'llama3' } }],
    ['heads of 8', 'unsupported', { head_dim: 8 }],
    ['heads that do not share evenly', 'malformed', { num_key_value_heads: 3 }],
    ['a negative size', 'malformed', { hidden_size: -64 }],
    ['a size beyond reason', 'malformed', { vocab_size: 2 ** 40 }],
    ['a width that the heads do not divide', 'malformed', { num_attention_heads: 7, num_key_value_heads: 7 }],
    ['no epsilon', 'malformed', { rms_norm_eps: undefined }],
  ])('refuses %s', (_, code, change) => {
    expect(() => llamaConfigFromJson({ ...json, ...change })).toThrow(expect.objectContaining({ code }));
  });

  it.each([
    ['another architecture', 'unsupported', { 'general.architecture': 'gemma' }],
    ['scaled rotary', 'unsupported', { 'llama.rope.scaling.type': 'yarn' }],
    ['partly rotated heads', 'unsupported', { 'llama.rope.dimension_count': 8 }],
    ['a size that is text', 'malformed', { 'llama.block_count': 'two' }],
  ])('refuses a GGUF with %s', (_, code, change) => {
    expect(() => llamaConfigFromGguf(source({ ...gguf, ...change }))).toThrow(expect.objectContaining({ code }));
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
