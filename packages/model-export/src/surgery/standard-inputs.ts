/** Gives a graph the inputs `input_ids` and `attention_mask` and nothing else, whatever the export asked for. */
import { DataType, type OnnxGraph, type OnnxNode, type OnnxTensor, type OnnxValueInfo } from '../onnx/model.ts';
import { int64Tensor } from '../onnx/tensors.ts';
import { renameInNodes } from './graph-names.ts';
import type { NameSource } from './names.ts';
import { intAttribute, makeNode } from './nodes.ts';
import { emptyPast } from './past.ts';
import { quoted, unsupported } from './refusal.ts';

/** int64 [batch, tokens]: token ids, padded on the right. */
export const INPUT_IDS: OnnxValueInfo = { name: 'input_ids', elementType: DataType.INT64, shape: ['batch', 'tokens'] };

/** int64 [batch, tokens]: 1 for a token, 0 for padding. */
export const ATTENTION_MASK: OnnxValueInfo = { ...INPUT_IDS, name: 'attention_mask' };

/**
 * Computes positions from the mask, converts ids and mask where the export has them as int32, and puts an empty constant
 * in the place of each past that is still read.
 *
 * @throws ModelExportError `unsupported` where the graph needs any other input
 */
export function withStandardInputs(graph: OnnxGraph, fresh: NameSource): OnnxGraph {
  const start: OnnxNode[] = [];
  const initializers: OnnxTensor[] = [];
  const renamed = new Map<string, string>();
  const constants = new Set(graph.initializers.map((tensor) => tensor.name));
  for (const input of graph.inputs) {
    if (constants.has(input.name)) continue;
    if (input.name === 'position_ids') {
      const axis = int64Tensor(fresh('token_axis'), [], [1]);
      initializers.push(axis);
      start.push(...positions(integerType(input), axis.name, fresh));
    } else if (input.name === 'input_ids' || input.name === 'attention_mask') {
      if (integerType(input) === DataType.INT64) continue;
      const narrow = fresh(`${input.name}_int32`);
      renamed.set(input.name, narrow);
      start.push(makeNode('Cast', [input.name], [narrow], [intAttribute('to', DataType.INT32)]));
    } else {
      initializers.push(emptyPast(input));
    }
  }
  return {
    ...graph,
    nodes: [...start, ...renameInNodes(graph.nodes, renamed)],
    initializers: [...graph.initializers, ...initializers],
    inputs: [INPUT_IDS, ATTENTION_MASK],
  };
}

/** The running sum of the mask minus the mask: 0, 1, 2, ... for tokens; padding is seen by no token. */
function positions(type: number, axis: string, fresh: NameSource): OnnxNode[] {
  const sum = fresh('positions_from_one');
  const difference = type === DataType.INT64 ? 'position_ids' : fresh('positions');
  const nodes = [
    makeNode('CumSum', ['attention_mask', axis], [sum]),
    makeNode('Sub', [sum, 'attention_mask'], [difference]),
  ];
  if (type === DataType.INT64) return nodes;
  return [...nodes, makeNode('Cast', [difference], ['position_ids'], [intAttribute('to', type)])];
}

function integerType(input: OnnxValueInfo): number {
  const { elementType, name } = input;
  if (elementType === DataType.INT64 || elementType === DataType.INT32) return elementType;
  throw unsupported(
    `The input ${quoted(name)} holds neither int64 nor int32`,
    `input ${quoted(name)}`,
    'Export the model with integer inputs.',
  );
}
