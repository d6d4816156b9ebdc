/** Writes a small model of GPT-2's architecture as exporters do: learned positions, biases, past keys and values, logits. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type AttributeValue,
  DataType,
  type OnnxNode,
  type OnnxTensor,
  writeModel,
} from '@alknet/firewall-model-export';

/** Sizes of the model; 24 is no whole number of blocks of 32, and 160 positions hold no default window. */
export const tinyGpt2 = { layers: 3, width: 24, heads: 2, positions: 160, vocabulary: 257, sink: 256 };

/** Writes `model.onnx` and a byte-level `tokenizer.json`; the same seed gives the same numbers. */
export function writeTinyGpt2(folder: string, seed = 5): { model: string; tokenizer: string } {
  const [model, tokenizer] = [join(folder, 'model.onnx'), join(folder, 'tokenizer.json')];
  writeFileSync(model, tinyGpt2Export(seed));
  writeFileSync(tokenizer, JSON.stringify(byteTokenizer()));
  return { model, tokenizer };
}

function tinyGpt2Export(seed: number): Uint8Array {
  const { layers, width, heads, positions, vocabulary } = tinyGpt2;
  const size = width / heads;
  const nodes: OnnxNode[] = [];
  const initializers: OnnxTensor[] = [];
  let state = seed;
  const random = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  };
  const store = (dataType: number, dims: readonly number[], values: Float32Array | BigInt64Array): string => {
    const name = `c${initializers.length}`;
    initializers.push({ name, dataType, dims, bytes: new Uint8Array(values.buffer) });
    return name;
  };
  const ints = (...values: number[]): string =>
    store(DataType.INT64, [values.length], BigInt64Array.from(values, BigInt));
  const scalar = (value: number): string => store(DataType.INT64, [], BigInt64Array.of(BigInt(value)));
  const float = (value: number): string => store(DataType.FLOAT, [], Float32Array.of(value));
  const weights = (scale: number, offset: number, ...dims: number[]): string => {
    const length = dims.reduce((product, dim) => product * dim, 1);
    return store(
      DataType.FLOAT,
      dims,
      Float32Array.from({ length }, () => offset + scale * random()),
    );
  };
  const op = (
    opType: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, number | readonly number[]>> = {},
    outputs: readonly string[] = [`v${nodes.length}`],
  ): string => {
    const list = Object.entries(attributes).map(([name, value]) => ({ name, ...attribute(value) }));
    nodes.push({ name: '', opType, domain: '', inputs, outputs, attributes: list });
    return outputs[0] as string;
  };
  const norm = (x: string): string =>
    op('LayerNormalization', [x, weights(0.2, 1, width), weights(0.1, 0, width)], { axis: -1 });
  const linear = (x: string, from: number, to: number): string =>
    op('Add', [op('MatMul', [x, weights(1 / Math.sqrt(from), 0, from, to)]), weights(0.1, 0, to)]);
  const split = (x: string): string =>
    op('Transpose', [op('Reshape', [x, ints(0, 0, heads, size)])], { perm: [0, 2, 1, 3] });
  const sizeOf = (x: string, axis: number): string => op('Gather', [op('Shape', [x]), scalar(axis)]);

  const past = sizeOf('past_key_values.0.key', 2);
  const total = op('Add', [past, sizeOf('input_ids', 1)]);
  const query = op('Range', [past, total, scalar(1)]);
  const key = op('Range', [scalar(0), total, scalar(1)]);
  const causal = op('LessOrEqual', [op('Unsqueeze', [key, ints(0)]), op('Unsqueeze', [query, ints(1)])]);
  const bias = op('Where', [causal, float(0), float(-1e9)]);

  const embedded = op('Gather', [weights(1, 0, vocabulary, width), 'input_ids']);
  let x = op('Add', [embedded, op('Gather', [weights(0.3, 0, positions, width), query])]);
  for (let layer = 0; layer < layers; layer++) {
    const parts = ['q', 'k', 'v'].map((part) => `split_${part}_${layer}`);
    op('Split', [linear(norm(x), width, 3 * width)], { axis: -1, num_outputs: 3 }, parts);
    const [q, k, v] = parts.map(split) as [string, string, string];
    const cached = (part: string, value: string): string =>
      op('Concat', [`past_key_values.${layer}.${part}`, value], { axis: 2 }, [`present.${layer}.${part}`]);
    const keys = op('Transpose', [cached('key', k)], { perm: [0, 1, 3, 2] });
    const scores = op('Add', [op('Mul', [op('MatMul', [q, keys]), float(size ** -0.5)]), bias]);
    const mixed = op('MatMul', [op('Softmax', [scores], { axis: -1 }), cached('value', v)]);
    const joined = op('Reshape', [op('Transpose', [mixed], { perm: [0, 2, 1, 3] }), ints(0, 0, width)]);
    x = op('Add', [x, linear(joined, width, width)]);
    const inner = linear(norm(x), width, 4 * width);
    const half = op('Mul', [inner, op('Add', [op('Erf', [op('Mul', [inner, float(Math.SQRT1_2)])]), float(1)])]);
    x = op('Add', [x, linear(op('Mul', [half, float(0.5)]), 4 * width, width)]);
  }
  op('MatMul', [norm(x), weights(1, 0, width, vocabulary)], {}, ['logits']);

  const caches = (stem: string, length: string) =>
    Array.from({ length: layers }, (_, layer) =>
      ['key', 'value'].map((part) => info(`${stem}.${layer}.${part}`, DataType.FLOAT, ['batch', heads, length, size])),
    ).flat();
  return writeModel({
    irVersion: 8n,
    opsetImports: [{ domain: '', version: 18n }],
    producerName: 'test',
    producerVersion: '',
    graph: {
      name: 'main_graph',
      nodes,
      initializers,
      inputs: [
        info('input_ids', DataType.INT64, ['batch', 'tokens']),
        info('attention_mask', DataType.INT64, ['batch', 'total']),
        ...caches('past_key_values', 'past'),
      ],
      outputs: [info('logits', DataType.FLOAT, ['batch', 'tokens', vocabulary]), ...caches('present', 'total')],
      valueInfo: [],
    },
    metadata: [],
  });
}

function attribute(value: number | readonly number[]): AttributeValue {
  return typeof value === 'number' ? { type: 'int', value: BigInt(value) } : { type: 'ints', value: value.map(BigInt) };
}

function info(name: string, elementType: number, shape: readonly (number | string)[]) {
  return { name, elementType, shape };
}

/** One token a byte, spelled as GPT-2 does, and one that starts a text. */
function byteTokenizer(): object {
  let moved = 0;
  const spelled = Array.from({ length: 256 }, (_, byte) => {
    const printable = (byte > 32 && byte < 127) || (byte > 160 && byte !== 173);
    return String.fromCharCode(printable ? byte : 256 + moved++);
  });
  return {
    version: '1.0',
    added_tokens: [{ id: tinyGpt2.sink, content: '<|start|>', special: true }],
    normalizer: null,
    pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true },
    post_processor: null,
    decoder: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true },
    model: { type: 'BPE', vocab: Object.fromEntries(spelled.map((token, id) => [token, id])), merges: [] },
  };
}
