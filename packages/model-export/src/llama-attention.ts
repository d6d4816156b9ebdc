/** Attention of one layer as an operator: rotation, causal softmax, and fixed tokens in front of every input. */
import type { LlamaConfig } from './llama/config.ts';
import { MICROSOFT } from './llama/float-arithmetic.ts';
import type { KeysAndValues } from './llama/forward.ts';
import { rotaryTables } from './llama/rotary.ts';
import { type GraphBuilder, numbers } from './onnx/graph-builder.ts';
import { DataType } from './onnx/model.ts';
import { floatTensor, int32Tensor, int64Tensor } from './onnx/tensors.ts';

/** What attention is built for. */
export interface AttentionOptions {
  readonly config: LlamaConfig;
  /** Longest input in tokens, those of the prefix not counted. */
  readonly maxTokens: number;
  /** Keys and values of fixed tokens in front of every input, by layer; empty for none. */
  readonly prefix: readonly KeysAndValues[];
}

/** Values that describe the input. */
export interface SequenceValues {
  readonly batch: string; // int64 [1]
  readonly lastIndex: string; // int32 [batch]
  readonly length: string; // int32 scalar
  /** Shape [batch, tokens, width] for a Reshape. */
  readonly tokensByWidth: (width: number) => string;
}

/**
 * Padding lies on the right and attention is causal, so no token sees padding: every row is treated as full, which
 * keeps the kernel on one path whatever the batch holds.
 */
export function sequenceValues(graph: GraphBuilder): SequenceValues {
  const shapeOfIds = graph.node('Shape', ['input_ids']);
  const tokens = graph.node('Gather', [shapeOfIds, graph.constant(int64Tensor('one', [], [1]))]);
  const length = graph.node('Cast', [tokens], { attributes: { to: DataType.INT32 } });
  const lastToken = graph.node('Sub', [tokens, 'one']);
  const batch = graph.node('Slice', [shapeOfIds, numbers(graph, 'zero_axis', [0]), numbers(graph, 'one_axis', [1])]);
  const lastIndex = graph.node('Expand', [
    graph.node('Cast', [lastToken], { attributes: { to: DataType.INT32 } }),
    batch,
  ]);
  const tokensByWidth = (width: number): string =>
    graph.node('Concat', [shapeOfIds, numbers(graph, `width_${width}`, [width])], { attributes: { axis: 0 } });
  return { batch, lastIndex, length, tokensByWidth };
}

/**
 * The returned function adds a layer's attention: packed queries, keys and values [rows, (heads + 2 kvHeads) * headSize] to
 * [rows, heads * headSize].
 */
export function attentionBuilder(
  graph: GraphBuilder,
  sequence: SequenceValues,
  { config, maxTokens, prefix }: AttentionOptions,
): (layer: number, qkv: string) => string {
  const { heads, kvHeads, headSize, ropeTheta } = config;
  const before = (prefix[0]?.keys.length ?? 0) / (kvHeads * headSize);
  const positions = maxTokens + before;
  const { cos, sin } = rotaryTables(positions, headSize, ropeTheta);
  const tables = [
    graph.constant(floatTensor('rotary_cos', [positions, headSize / 2], cos)),
    graph.constant(floatTensor('rotary_sin', [positions, headSize / 2], sin)),
  ];
  const behind = (value: string): string =>
    before === 0 ? value : graph.node('Add', [value, graph.constant(int32Tensor('prefix_length', [], [before]))]);
  const [lastIndex, length] = [behind(sequence.lastIndex), behind(sequence.length)];
  const packedWidth = (heads + 2 * kvHeads) * headSize;

  const withPrefix = (layer: number, packed: string): string => {
    const cache = prefix[layer];
    if (cache === undefined) return packed;
    const rows = floatTensor(`layer_${layer + 1}.prefix`, [1, before, packedWidth], packRows(cache, config));
    const shape = [sequence.batch, numbers(graph, 'prefix_shape', [before, packedWidth])];
    const each = graph.node('Concat', shape, { attributes: { axis: 0 } });
    return graph.node('Concat', [graph.node('Expand', [graph.constant(rows), each]), packed], {
      attributes: { axis: 1 },
    });
  };
  const withoutPrefix = (attended: string): string => {
    if (before === 0) return attended;
    const [from, to] = [numbers(graph, 'prefix_end', [before]), numbers(graph, 'input_end', [positions])];
    return graph.node('Slice', [attended, from, to, numbers(graph, 'one_axis', [1])]);
  };
  return (layer, qkv) => {
    const packed = withPrefix(layer, graph.node('Reshape', [qkv, sequence.tokensByWidth(packedWidth)]));
    const name = graph.unique('attention');
    graph.node('GroupQueryAttention', [packed, '', '', '', '', lastIndex, length, ...tables], {
      domain: MICROSOFT,
      outputs: [name],
      attributes: { num_heads: heads, kv_num_heads: kvHeads, do_rotary: 1, rotary_interleaved: 0 },
    });
    const shape = numbers(graph, `rows_${heads * headSize}`, [-1, heads * headSize]);
    return graph.node('Reshape', [withoutPrefix(name), shape]);
  };
}

/** Queries, keys and values side by side, [tokens, (heads + 2 kvHeads) * headSize]; what a prefix asks for is not read: zeros. */
function packRows({ keys, values }: KeysAndValues, { heads, kvHeads, headSize }: LlamaConfig): Float32Array {
  const [queryWidth, width] = [heads * headSize, kvHeads * headSize];
  const packedWidth = queryWidth + 2 * width;
  const out = new Float32Array((keys.length / width) * packedWidth);
  for (let token = 0; token * width < keys.length; token++) {
    const at = token * packedWidth + queryWidth;
    out.set(keys.subarray(token * width, (token + 1) * width), at);
    out.set(values.subarray(token * width, (token + 1) * width), at + width);
  }
  return out;
}
