/** Adds the outputs of an activation graph: each tapped value as float32, pooled or token by token. */
import { DataType, type OnnxGraph, type OnnxNode, type OnnxTensor, type OnnxValueInfo } from '../onnx/model.ts';
import { int64Tensor } from '../onnx/tensors.ts';
import type { NameSource } from './names.ts';
import { intAttribute, makeNode } from './nodes.ts';

/** A layer and the value of its residual stream. */
export interface TappedValue {
  readonly layer: number;
  readonly tensor: string;
}

/** The name of a tap's output. */
export function tapName(layer: number): string {
  return `hidden_${layer}`;
}

/**
 * With pooling, `hidden_k` is `pooling` [segments, tokens] x r[k], [batch, segments, width], padding counting as zero;
 * without, r[k] itself, [batch, tokens, width].
 */
export function withTapOutputs(
  graph: OnnxGraph,
  taps: readonly TappedValue[],
  pooling: boolean,
  fresh: NameSource,
): OnnxGraph {
  const nodes: OnnxNode[] = [];
  const initializers: OnnxTensor[] = [];
  const constant = (stem: string, values: readonly number[]): string => {
    const tensor = int64Tensor(fresh(stem), [values.length], values);
    initializers.push(tensor);
    return tensor.name;
  };
  const node = (opType: string, inputs: readonly string[], output: string, attribute?: [string, number]): string => {
    nodes.push(makeNode(opType, inputs, [output], attribute === undefined ? [] : [intAttribute(...attribute)]));
    return output;
  };

  const ids = node('Shape', ['input_ids'], fresh('ids_shape'));
  // Some exports add in two dimensions; -1 finds the width again, so that every tap comes as [batch, tokens, width].
  const shape = node('Concat', [ids, constant('any_width', [-1])], fresh('tap_shape'), ['axis', 0]);
  const weights = pooling ? poolingWeights(node, constant, fresh) : undefined;
  for (const { layer, tensor } of taps) {
    const output = tapName(layer);
    const wide = node('Cast', [tensor], fresh(`${output}_float`), ['to', DataType.FLOAT]);
    const rows = node('Reshape', [wide, shape], weights === undefined ? output : fresh(`${output}_rows`));
    if (weights !== undefined) node('MatMul', [weights, rows], output);
  }
  return {
    ...graph,
    nodes: [...graph.nodes, ...nodes],
    initializers: [...graph.initializers, ...initializers],
    inputs: pooling ? [...graph.inputs, POOLING] : graph.inputs,
    outputs: taps.map(({ layer }) => outputInfo(layer, pooling)),
  };
}

const POOLING: OnnxValueInfo = { name: 'pooling', elementType: DataType.FLOAT, shape: ['segments', 'tokens'] };

/** pooling [segments, tokens] with padding blanked, [batch, segments, tokens]. */
function poolingWeights(
  node: (opType: string, inputs: readonly string[], output: string, attribute?: [string, number]) => string,
  constant: (stem: string, values: readonly number[]) => string,
  fresh: NameSource,
): string {
  const mask = node('Cast', ['attention_mask'], fresh('mask_float'), ['to', DataType.FLOAT]);
  // In a Reshape 0 keeps the batch: works in every operator set, where Unsqueeze changed.
  const rows = node('Reshape', [mask, constant('mask_rows', [0, 1, -1])], fresh('mask_rows_float'));
  return node('Mul', ['pooling', rows], fresh('pooling_weights'));
}

function outputInfo(layer: number, pooling: boolean): OnnxValueInfo {
  return { name: tapName(layer), elementType: DataType.FLOAT, shape: ['batch', pooling ? 'segments' : 'tokens', null] };
}
