/** The sizes and constants of a LLaMA-family model, from GGUF metadata or a config.json. */
import { ModelExportError } from '../errors.ts';
import type { WeightSource } from '../weights/weight-source.ts';

/** What the graph builder must know of a model. */
export interface LlamaConfig {
  readonly layers: number;
  readonly width: number;
  readonly inner: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly headSize: number;
  readonly vocabulary: number;
  readonly contextLength: number;
  readonly ropeTheta: number;
  readonly normEpsilon: number;
  /** True where q and k rows lie in llama.cpp's order (pairs side by side), as in every GGUF of this family. */
  readonly interleavedRotary: boolean;
}

/** Largest size accepted for any dimension; keeps forged metadata from huge allocations (CWE-789). */
export const MAX_MODEL_SIZE: number = 2 ** 24;

/** Reads the configuration out of a GGUF's metadata; throws `unsupported` or `malformed`. */
export function llamaConfigFromGguf(source: WeightSource): LlamaConfig {
  const architecture = source.metadata.get('general.architecture');
  if (architecture !== 'llama') throw unsupported(`The architecture is ${JSON.stringify(architecture)}, not "llama"`);
  if (source.tensors.has('rope_freqs.weight')) throw unsupported('The model scales its rotary frequencies');
  if (source.metadata.has('llama.rope.scaling.type') && source.metadata.get('llama.rope.scaling.type') !== 'none') {
    throw unsupported('The model scales its rotary positions');
  }
  const read = (key: string): unknown => source.metadata.get(`llama.${key}`);
  const heads = size(read('attention.head_count'), 'llama.attention.head_count');
  const width = size(read('embedding_length'), 'llama.embedding_length');
  const headSize = size(read('attention.key_length') ?? width / heads, 'llama.attention.key_length');
  const rotary = size(read('rope.dimension_count') ?? headSize, 'llama.rope.dimension_count');
  if (rotary !== headSize) throw unsupported(`Only ${rotary} of ${headSize} values of a head are rotated`);
  return check({
    layers: size(read('block_count'), 'llama.block_count'),
    width,
    inner: size(read('feed_forward_length'), 'llama.feed_forward_length'),
    heads,
    kvHeads: size(read('attention.head_count_kv') ?? heads, 'llama.attention.head_count_kv'),
    headSize,
    vocabulary: source.tensors.get('token_embd.weight')?.shape[0] ?? size(read('vocab_size'), 'llama.vocab_size'),
    contextLength: size(read('context_length'), 'llama.context_length'),
    ropeTheta: positive(read('rope.freq_base') ?? 10_000, 'llama.rope.freq_base'),
    normEpsilon: positive(read('attention.layer_norm_rms_epsilon'), 'llama.attention.layer_norm_rms_epsilon'),
    interleavedRotary: true,
  });
}

/** Reads the configuration out of a transformers `config.json`; throws `unsupported` or `malformed`. */
export function llamaConfigFromJson(config: Readonly<Record<string, unknown>>): LlamaConfig {
  if (config.model_type !== 'llama')
    throw unsupported(`model_type is ${JSON.stringify(config.model_type)}, not "llama"`);
  if (config.hidden_act !== undefined && config.hidden_act !== 'silu')
    throw unsupported(`hidden_act ${config.hidden_act}`);
  if (config.attention_bias || config.mlp_bias) throw unsupported('The model has biases');
  const rope = (config.rope_parameters ?? config.rope_scaling ?? {}) as Record<string, unknown>;
  const ropeType = rope.rope_type ?? rope.type ?? 'default';
  if (ropeType !== 'default') throw unsupported(`The rotary embedding is of type ${JSON.stringify(ropeType)}`);
  const heads = size(config.num_attention_heads, 'num_attention_heads');
  const width = size(config.hidden_size, 'hidden_size');
  return check({
    layers: size(config.num_hidden_layers, 'num_hidden_layers'),
    width,
    inner: size(config.intermediate_size, 'intermediate_size'),
    heads,
    kvHeads: size(config.num_key_value_heads ?? heads, 'num_key_value_heads'),
    headSize: size(config.head_dim ?? width / heads, 'head_dim'),
    vocabulary: size(config.vocab_size, 'vocab_size'),
    contextLength: size(config.max_position_embeddings, 'max_position_embeddings'),
    ropeTheta: positive(config.rope_theta ?? rope.rope_theta ?? 10_000, 'rope_theta'),
    normEpsilon: positive(config.rms_norm_eps, 'rms_norm_eps'),
    interleavedRotary: false,
  });
}

function check(config: LlamaConfig): LlamaConfig {
  if (config.heads % config.kvHeads !== 0) {
    throw malformed('head counts', `${config.heads} heads cannot share ${config.kvHeads} key-value heads`);
  }
  if (config.headSize % 16 !== 0) {
    throw unsupported(`Heads of ${config.headSize} values are not multiples of 16, which ONNX Runtime's rotary needs`);
  }
  return config;
}

function size(value: unknown, where: string): number {
  const number = typeof value === 'bigint' ? Number(value) : value;
  if (typeof number === 'number' && Number.isInteger(number) && number > 0 && number <= MAX_MODEL_SIZE) return number;
  throw malformed(where, `${String(value)} is not a whole number from 1 to ${MAX_MODEL_SIZE}`);
}

function positive(value: unknown, where: string): number {
  if (typeof value === 'number' && Number.isFinite(value) && value > 0) return value;
  throw malformed(where, `${String(value)} is not a positive number`);
}

function malformed(where: string, what: string): ModelExportError {
  return new ModelExportError({ code: 'malformed', what, where, todo: 'Take the file from its original source.' });
}

function unsupported(what: string): ModelExportError {
  const todo = 'Export the model to ONNX with its own tools; only plain LLaMA-family weights are built here.';
  return new ModelExportError({ code: 'unsupported', what, where: 'model configuration', todo });
}
