/** Builds the truncated graph of a LLaMA-family model: token ids in, pooled residual streams out. */
import type { Arithmetic } from './llama/arithmetic.ts';
import type { LlamaConfig } from './llama/config.ts';
import { MICROSOFT } from './llama/float-arithmetic.ts';
import type { KeysAndValues } from './llama/forward.ts';
import { attentionBuilder, sequenceValues } from './llama-attention.ts';
import { float, GraphBuilder, numbers } from './onnx/graph-builder.ts';
import { DataType, type OnnxModel, type OnnxValueInfo, type StringStringEntry } from './onnx/model.ts';
import { floatTensor } from './onnx/tensors.ts';

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
  /** Longest input in tokens, those of the prefix not counted. */
  readonly maxTokens: number;
  /** Keys and values of fixed tokens in front of every input, by layer; they are constants of the graph. */
  readonly prefix?: readonly KeysAndValues[];
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
  const { config, arithmetic, taps, maxTokens, prefix = [] } = options;
  const graph = new GraphBuilder();
  const sequence = sequenceValues(graph);
  const attention = attentionBuilder(graph, sequence, { config, maxTokens, prefix });
  const pooling = poolingWeights(graph);

  const depth = Math.max(...taps);
  let residual = graph.node('Reshape', [
    arithmetic.embed(graph, 'input_ids'),
    numbers(graph, 'rows', [-1, config.width]),
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
    const attended = attention(layer, arithmetic.attentionInput(graph, layer, first.normed));
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
  return graph.node('Mul', ['pooling', graph.node('Unsqueeze', [mask, numbers(graph, 'middle_axis', [1])])]);
}

function emitTap(graph: GraphBuilder, tap: number, residual: string, pooling: string, tokensByWidth: string): void {
  const hidden = graph.node('Reshape', [residual, tokensByWidth]);
  graph.node('MatMul', [pooling, hidden], { outputs: [`hidden_${tap}`] });
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
