/** Loads a LLaMA-family model's matrices under one naming, whatever file they come from. */
import { ModelExportError } from '../errors.ts';
import type { WeightSource } from '../weights/weight-source.ts';
import type { LlamaConfig } from './config.ts';

/** A matrix as stored: `values` [rows (outputs), columns (inputs)], row-major. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float32Array;
}

/** One decoder layer; q and k rows are always in transformers' order (rotary halves, not pairs). */
export interface LlamaLayer {
  readonly attentionNorm: Float32Array; // [width]
  readonly q: Matrix; // [heads * headSize, width]
  readonly k: Matrix; // [kvHeads * headSize, width]
  readonly v: Matrix; // [kvHeads * headSize, width]
  readonly o: Matrix; // [width, heads * headSize]
  readonly feedForwardNorm: Float32Array; // [width]
  readonly gate: Matrix; // [inner, width]
  readonly up: Matrix; // [inner, width]
  readonly down: Matrix; // [width, inner]
}

/** The part of a model that a truncated graph needs. */
export interface LlamaWeights {
  readonly config: LlamaConfig;
  readonly embedding: Matrix; // [vocabulary, width]
  readonly layers: readonly LlamaLayer[];
}

interface LayerNames {
  readonly embedding: string;
  readonly layer: (index: number, part: keyof LlamaLayer) => string;
}

const GGUF_PARTS: Readonly<Record<keyof LlamaLayer, string>> = {
  attentionNorm: 'attn_norm',
  q: 'attn_q',
  k: 'attn_k',
  v: 'attn_v',
  o: 'attn_output',
  feedForwardNorm: 'ffn_norm',
  gate: 'ffn_gate',
  up: 'ffn_up',
  down: 'ffn_down',
};

const TRANSFORMERS_PARTS: Readonly<Record<keyof LlamaLayer, string>> = {
  attentionNorm: 'input_layernorm',
  q: 'self_attn.q_proj',
  k: 'self_attn.k_proj',
  v: 'self_attn.v_proj',
  o: 'self_attn.o_proj',
  feedForwardNorm: 'post_attention_layernorm',
  gate: 'mlp.gate_proj',
  up: 'mlp.up_proj',
  down: 'mlp.down_proj',
};

const NAMES: Readonly<Record<WeightSource['format'], LayerNames>> = {
  gguf: {
    embedding: 'token_embd.weight',
    layer: (index, part) => `blk.${index}.${GGUF_PARTS[part]}.weight`,
  },
  safetensors: {
    embedding: 'model.embed_tokens.weight',
    layer: (index, part) => `model.layers.${index}.${TRANSFORMERS_PARTS[part]}.weight`,
  },
};

/** The name under which a source keeps the token embedding. */
export function embeddingName(source: WeightSource): string {
  return NAMES[source.format].embedding;
}

/**
 * Loads the embedding and the first `layerCount` layers.
 * Throws `bad-argument` for more layers than there are, `missing-tensor`, `shape-mismatch`, `unsupported`.
 */
export function loadLlamaWeights(source: WeightSource, config: LlamaConfig, layerCount: number): LlamaWeights {
  if (layerCount > config.layers) {
    throw new ModelExportError({
      code: 'bad-argument',
      what: `Layer ${layerCount} is asked for, the model has ${config.layers}`,
      where: '--layers',
      todo: `Choose layers from 1 to ${config.layers}.`,
    });
  }
  const embedding = matrix(source, embeddingName(source), config.vocabulary, config.width);
  const layers = Array.from({ length: layerCount }, (_, index) => loadLayer(source, config, index));
  return { config, embedding, layers };
}

function loadLayer(source: WeightSource, config: LlamaConfig, index: number): LlamaLayer {
  const { width, inner, heads, kvHeads, headSize } = config;
  const name = (part: keyof LlamaLayer): string => NAMES[source.format].layer(index, part);
  for (const part of ['q', 'k', 'v', 'o'] as const) refuseBias(source, name(part));
  const rotated = (part: 'q' | 'k', count: number): Matrix => {
    const stored = matrix(source, name(part), count * headSize, width);
    return config.interleavedRotary ? deinterleaveRows(stored, headSize) : stored;
  };
  return {
    attentionNorm: vector(source, name('attentionNorm'), width),
    q: rotated('q', heads),
    k: rotated('k', kvHeads),
    v: matrix(source, name('v'), kvHeads * headSize, width),
    o: matrix(source, name('o'), width, heads * headSize),
    feedForwardNorm: vector(source, name('feedForwardNorm'), width),
    gate: matrix(source, name('gate'), inner, width),
    up: matrix(source, name('up'), inner, width),
    down: matrix(source, name('down'), width, inner),
  };
}

/**
 * Undoes llama.cpp's reordering of q and k rows: inside each head, rows (2j, 2j + 1) go back to (j, headSize / 2 + j).
 * Source: llama.cpp, convert_hf_to_gguf.py, `LlamaModel.permute`. Without this nothing fails; the numbers are just wrong.
 */
export function deinterleaveRows(stored: Matrix, headSize: number): Matrix {
  const { rows, columns } = stored;
  const values = new Float32Array(rows * columns);
  const half = headSize / 2;
  for (let row = 0; row < rows; row++) {
    const inHead = row % headSize;
    const from = row - inHead + (inHead < half ? inHead * 2 : (inHead - half) * 2 + 1);
    values.set(stored.values.subarray(from * columns, (from + 1) * columns), row * columns);
  }
  return { rows, columns, values };
}

function matrix(source: WeightSource, name: string, rows: number, columns: number): Matrix {
  checkShape(source, name, [rows, columns]);
  return { rows, columns, values: source.float32(name) };
}

function vector(source: WeightSource, name: string, length: number): Float32Array {
  checkShape(source, name, [length]);
  return source.float32(name);
}

function checkShape(source: WeightSource, name: string, expected: readonly number[]): void {
  const found = source.tensors.get(name)?.shape;
  if (found === undefined || found.join() === expected.join()) return; // a missing tensor is the source's own error
  throw new ModelExportError({
    code: 'shape-mismatch',
    what: `The shape is [${found.join(', ')}], the configuration needs [${expected.join(', ')}]`,
    where: `tensor ${JSON.stringify(name)}`,
    todo: 'Check that the weights and the configuration belong to the same model.',
  });
}

function refuseBias(source: WeightSource, weightName: string): void {
  const bias = weightName.replace(/weight$/, 'bias');
  if (!source.tensors.has(bias)) return;
  throw new ModelExportError({
    code: 'unsupported',
    what: 'The projection has a bias, which plain LLaMA has not',
    where: `tensor ${JSON.stringify(bias)}`,
    todo: 'Export the model to ONNX with its own tools; only plain LLaMA-family weights are built here.',
  });
}
