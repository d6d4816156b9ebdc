/** Builds the truncated graph of a LLaMA-family model: token ids in, pooled residual streams out. */
import type { Arithmetic } from './llama/arithmetic.ts';
import type { LlamaConfig } from './llama/config.ts';
import { MICROSOFT } from './llama/float-arithmetic.ts';
import { rotaryTables } from './llama/rotary.ts';
import { float, GraphBuilder } from './onnx/graph-builder.ts';
import { DataType, type OnnxModel, type OnnxValueInfo, type StringStringEntry } from './onnx/model.ts';
import { floatTensor, int64Tensor } from './onnx/tensors.ts';

/** ai.onnx operator set; 21 is what GatherBlockQuantized's 4- and 8-bit types need. */
const OPSET = 21n;
/** ONNX IR version that belongs to opset 21. */
const IR_VERSION = 10n;

/** What to build. */
export interface LlamaGraphOptions {
  readonly config: LlamaConfig;
  readonly arithmetic: Arithmetic;
  /** Layers to return the residual stream after, ascending, from 1. */
  readonly taps: readonly number[];
  /** Longest input in tokens: the length of the rotary tables. */
  readonly maxTokens: number;
  readonly metadata?: readonly StringStringEntry[];
}

/**
 * The graph up to the last tap, without final norm, head and key-value cache.
 *
 * Inputs: `input_ids` int64 [batch, tokens] (padded on the right), `attention_mask` int64 [batch, tokens] (1 = token,
 * 0 = padding), `pooling` float32 [segments, tokens]. Outputs: for each tap k `hidden_k` float32
 * [batch, segments, width] = pooling x r[k], r[k] being the residual stream after k layers; padding counts as zero.
 * Attention is causal and every product is row by row, so a token's values depend on no later token and no other text.
 */
export function buildLlamaGraph(options: LlamaGraphOptions): OnnxModel {
  const { config, arithmetic, taps, maxTokens } = options;
  const graph = new GraphBuilder();
  const sequence = sequenceValues(graph);
  const attention = attentionBuilder(graph, config, maxTokens);
  const pooling = poolingWeights(graph);

  const depth = Math.max(...taps);
  let residual = graph.node('Reshape', [
    arithmetic.embed(graph, 'input_ids'),
    shape(graph, 'rows', [-1, config.width]),
  ]);
  let contribution: string | undefined;
  for (let layer = 0; layer < depth; layer++) {
    const name = `layer_${layer + 1}`;
    const first = addAndNorm(
      graph,
      config,
      residual,
      contribution,
      `${name}.attention_norm`,
      arithmetic.norm(layer, 'attention'),
    );
    residual = first.residual;
    if (taps.includes(layer)) emitTap(graph, layer, residual, pooling, sequence.tokensByWidth(config.width));
    const attended = attention(arithmetic.attentionInput(graph, layer, first.normed), sequence);
    const attentionPart = arithmetic.attentionOutput(graph, layer, attended);
    const second = addAndNorm(
      graph,
      config,
      residual,
      attentionPart,
      `${name}.feed_forward_norm`,
      arithmetic.norm(layer, 'feedForward'),
    );
    residual = second.residual;
    contribution = arithmetic.feedForward(graph, layer, second.normed);
  }
  emitTap(
    graph,
    depth,
    graph.node('Add', [residual, contribution as string]),
    pooling,
    sequence.tokensByWidth(config.width),
  );

  return {
    irVersion: IR_VERSION,
    opsetImports: [
      { domain: '', version: OPSET },
      { domain: MICROSOFT, version: 1n },
    ],
    producerName: 'alknet-model-export',
    producerVersion: '',
    graph: graph.build(
      'activations',
      graphInputs(),
      taps.map((tap) => tapOutput(tap, config.width)),
    ),
    metadata: options.metadata ?? [],
  };
}

interface SequenceValues {
  readonly lastIndex: string; // int32 [batch]
  readonly length: string; // int32 scalar
  /** Shape [batch, tokens, width] for a Reshape. */
  readonly tokensByWidth: (width: number) => string;
}

/**
 * Padding lies on the right and attention is causal, so no token sees padding: every row is treated as full, which
 * keeps the kernel on one path whatever the batch holds.
 */
function sequenceValues(graph: GraphBuilder): SequenceValues {
  const shapeOfIds = graph.node('Shape', ['input_ids']);
  const tokens = graph.node('Gather', [shapeOfIds, graph.constant(int64Tensor('one', [], [1]))]);
  const length = graph.node('Cast', [tokens], { attributes: { to: DataType.INT32 } });
  const lastToken = graph.node('Sub', [tokens, 'one']);
  const batch = graph.node('Slice', [shapeOfIds, shape(graph, 'zero_axis', [0]), shape(graph, 'one_axis', [1])]);
  const lastIndex = graph.node('Expand', [
    graph.node('Cast', [lastToken], { attributes: { to: DataType.INT32 } }),
    batch,
  ]);
  const tokensByWidth = (width: number): string =>
    graph.node('Concat', [shapeOfIds, shape(graph, `width_${width}`, [width])], { attributes: { axis: 0 } });
  return { lastIndex, length, tokensByWidth };
}

function attentionBuilder(
  graph: GraphBuilder,
  config: LlamaConfig,
  maxTokens: number,
): (qkv: string, sequence: SequenceValues) => string {
  const { heads, kvHeads, headSize, ropeTheta } = config;
  const { cos, sin } = rotaryTables(maxTokens, headSize, ropeTheta);
  const tables = [
    graph.constant(floatTensor('rotary_cos', [maxTokens, headSize / 2], cos)),
    graph.constant(floatTensor('rotary_sin', [maxTokens, headSize / 2], sin)),
  ];
  const packedWidth = (heads + 2 * kvHeads) * headSize;
  return (qkv, sequence) => {
    const packed = graph.node('Reshape', [qkv, sequence.tokensByWidth(packedWidth)]);
    const name = graph.unique('attention');
    const inputs = [packed, '', '', '', '', sequence.lastIndex, sequence.length, ...tables];
    graph.node('GroupQueryAttention', inputs, {
      domain: MICROSOFT,
      outputs: [name],
      attributes: { num_heads: heads, kv_num_heads: kvHeads, do_rotary: 1, rotary_interleaved: 0 },
    });
    return graph.node('Reshape', [name, shape(graph, `rows_${heads * headSize}`, [-1, heads * headSize])]);
  };
}

/** Adds a block's contribution to the residual stream and norms the sum, in one operator. */
function addAndNorm(
  graph: GraphBuilder,
  config: LlamaConfig,
  residual: string,
  contribution: string | undefined,
  name: string,
  scale: Float32Array,
): { normed: string; residual: string } {
  const gamma = graph.constant(floatTensor(name, [config.width], scale));
  const attributes = { epsilon: float(config.normEpsilon) };
  if (contribution === undefined) {
    const normed = graph.node('SimplifiedLayerNormalization', [residual, gamma], {
      attributes: { axis: -1, ...attributes },
    });
    return { normed, residual };
  }
  const [normed, sum] = [graph.unique('normed'), graph.unique('residual')];
  graph.node('SkipSimplifiedLayerNormalization', [residual, contribution, gamma], {
    domain: MICROSOFT,
    attributes,
    outputs: [normed, '', '', sum],
  });
  return { normed, residual: sum };
}

/** pooling [segments, tokens] with padding blanked, [batch, segments, tokens]. */
function poolingWeights(graph: GraphBuilder): string {
  const mask = graph.node('Cast', ['attention_mask'], { attributes: { to: DataType.FLOAT } });
  return graph.node('Mul', ['pooling', graph.node('Unsqueeze', [mask, shape(graph, 'middle_axis', [1])])]);
}

function emitTap(graph: GraphBuilder, tap: number, residual: string, pooling: string, tokensByWidth: string): void {
  const hidden = graph.node('Reshape', [residual, tokensByWidth]);
  graph.node('MatMul', [pooling, hidden], { outputs: [`hidden_${tap}`] });
}

function shape(graph: GraphBuilder, name: string, values: readonly number[]): string {
  return graph.constant(int64Tensor(name, [values.length], values));
}

function graphInputs(): OnnxValueInfo[] {
  return [
    { name: 'input_ids', elementType: DataType.INT64, shape: ['batch', 'tokens'] },
    { name: 'attention_mask', elementType: DataType.INT64, shape: ['batch', 'tokens'] },
    { name: 'pooling', elementType: DataType.FLOAT, shape: ['segments', 'tokens'] },
  ];
}

function tapOutput(tap: number, width: number): OnnxValueInfo {
  return { name: `hidden_${tap}`, elementType: DataType.FLOAT, shape: ['batch', 'segments', width] };
}
