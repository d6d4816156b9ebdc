/**
 * The default variant: int8 matrix products with a scale for each token.
 *
 * A row x becomes u8 around 128 with the step max|x| / 127; MatMulIntegerToFloat multiplies it by int8 weights and their
 * scales; the row's step is multiplied in afterwards. So a token's values depend on no other token. The feed-forward
 * block's input step is left out of `up` and multiplied in after `down`, which saves a pass over the widest rows.
 */
import type { Arithmetic } from '../llama/arithmetic.ts';
import { MICROSOFT } from '../llama/float-arithmetic.ts';
import { stackRows } from '../llama/matrix.ts';
import type { LlamaLayer, LlamaWeights, Matrix } from '../llama/weights.ts';
import { float, type GraphBuilder } from '../onnx/graph-builder.ts';
import { floatTensor, int8Tensor, int64Tensor, uint8Tensor } from '../onnx/tensors.ts';
import type { LayerStatistics } from './calibrate.ts';
import { type FeedForwardPart, splitFeedForward } from './channel-groups.ts';
import { gatherEmbedding, type QuantizedEmbedding } from './embedding.ts';
import { quantizeWeights } from './quantize-weights.ts';

/** The code of zero. */
export const ZERO_POINT = 128;
/** Codes on either side of zero. */
export const STEPS = 127;

/** Rows as u8, and the step of each row, [rows, 1]. */
interface QuantizedRows {
  readonly codes: string;
  readonly steps: string;
}

/** Int8 products of weights that were smoothed before; `statistics` are those of the unsmoothed model. */
export function int8Arithmetic(
  weights: LlamaWeights,
  statistics: readonly LayerStatistics[],
  embedding: QuantizedEmbedding,
): Arithmetic {
  const layerAt = (index: number): LlamaLayer => weights.layers[index] as LlamaLayer;
  const quantize = rowQuantizer();
  return {
    embed: (graph, ids) => gatherEmbedding(graph, embedding, ids),
    norm: (layer, block) => layerAt(layer)[block === 'attention' ? 'attentionNorm' : 'feedForwardNorm'],
    attentionInput(graph, layer, normed) {
      const { q, k, v } = layerAt(layer);
      return project(graph, `layer_${layer + 1}.qkv`, quantize(graph, normed), stackRows([q, k, v]));
    },
    attentionOutput: (graph, layer, attended) =>
      project(graph, `layer_${layer + 1}.o`, quantize(graph, attended), layerAt(layer).o),
    feedForward(graph, layer, normed) {
      const rows = quantize(graph, normed);
      const { feedForwardOutput } = statistics[layer] as LayerStatistics;
      const parts = splitFeedForward(layerAt(layer), feedForwardOutput).map((part, i) => {
        const name = (matrix: keyof FeedForwardPart): string => `layer_${layer + 1}.${matrix}_${i + 1}`;
        const gated = project(graph, name('gate'), rows, part.gate);
        const active = graph.node('QuickGelu', [gated], { domain: MICROSOFT, attributes: { alpha: float(1) } });
        const inner = quantize(graph, graph.node('Mul', [active, multiply(graph, name('up'), rows.codes, part.up)]));
        const steps = graph.node('Mul', [inner.steps, rows.steps]);
        return graph.node('Mul', [multiply(graph, name('down'), inner.codes, part.down), steps]);
      });
      return parts.reduce((sum, part) => graph.node('Add', [sum, part]));
    },
  };
}

/** Quantises rows by their own maximum; a row of zeros has the step 0 and comes out as zeros. */
function rowQuantizer(): (graph: GraphBuilder, rows: string) => QuantizedRows {
  let zeroPoints: string | undefined;
  return (graph, rows) => {
    zeroPoints ??= zeroPointOfEachRow(graph, rows);
    const lastAxis = graph.constant(int64Tensor('last_axis', [1], [-1]));
    const largest = graph.node('ReduceMax', [graph.node('Abs', [rows]), lastAxis], { attributes: { keepdims: 1 } });
    const steps = graph.node('Mul', [largest, graph.constant(floatTensor('step', [], [1 / STEPS]))]);
    const flatSteps = graph.node('Reshape', [steps, lastAxis]);
    const codes = graph.node('QuantizeLinear', [rows, flatSteps, zeroPoints], { attributes: { axis: 0 } });
    return { codes, steps };
  };
}

function zeroPointOfEachRow(graph: GraphBuilder, rows: string): string {
  const count = graph.node('Shape', [rows], { attributes: { start: 0, end: 1 } });
  return graph.node('Expand', [graph.constant(uint8Tensor('zero_point', [], Uint8Array.of(ZERO_POINT))), count]);
}

function project(graph: GraphBuilder, name: string, rows: QuantizedRows, matrix: Matrix): string {
  return graph.node('Mul', [multiply(graph, name, rows.codes, matrix), rows.steps]);
}

/**
 * codes x matrix with the weights' scales, but without the rows' steps; reads the constant `zero_point`. `divisors` [rows], where
 * given, divide the results.
 */
export function multiply(
  graph: GraphBuilder,
  name: string,
  codes: string,
  matrix: Matrix,
  divisors?: Float64Array,
): string {
  const { values, scales: plain } = quantizeWeights(matrix);
  const scales = divisors === undefined ? plain : plain.map((scale, row) => scale / (divisors[row] as number));
  const inputs = [
    codes,
    graph.constant(int8Tensor(name, [matrix.columns, matrix.rows], values)),
    graph.constant(floatTensor('unit', [], [1])),
    graph.constant(floatTensor(`${name}.scales`, [matrix.rows], scales)),
    'zero_point',
  ];
  return graph.node('MatMulIntegerToFloat', inputs, { domain: MICROSOFT });
}
