/** Finds the attention of each layer: fused operators, or a Softmax whose result is multiplied with activations. */
import type { OnnxNode } from '../onnx/model.ts';
import type { GraphIndex } from './graph-index.ts';
import { nestedGraphs, nodeReads } from './graph-names.ts';
import { AFTER_SOFTMAX, FUSED_ATTENTION, MATRIX_PRODUCTS } from './operators.ts';

/** The attention cores of a graph. */
export interface AttentionCores {
  /** Positions of the nodes. */
  readonly nodes: ReadonlySet<number>;
  /** Possible cores in nested graphs, where they cannot be followed. */
  readonly nested: number;
}

/**
 * All attention cores. A Softmax that weighs experts or turns logits into probabilities is none: nothing multiplies its
 * result with a matrix of activations.
 */
export function attentionCores(index: GraphIndex): AttentionCores {
  const activations = activationNodes(index);
  const nodes = new Set<number>();
  let nested = 0;
  index.nodes.forEach((node, at) => {
    if (FUSED_ATTENTION.has(node.opType) || (node.opType === 'Softmax' && weighsActivations(index, at, activations)))
      nodes.add(at);
    nested += nestedCores(node);
  });
  return { nodes, nested };
}

function weighsActivations(index: GraphIndex, softmax: number, activations: Uint8Array): boolean {
  const weights = new Set((index.nodes[softmax] as OnnxNode).outputs);
  for (const name of weights) {
    for (const { node: at } of index.uses.get(name) ?? []) {
      const node = index.nodes[at] as OnnxNode;
      if (
        MATRIX_PRODUCTS.has(node.opType) &&
        node.inputs.some((input) => !weights.has(input) && isActivation(index, activations, input))
      ) {
        return true;
      }
      if (AFTER_SOFTMAX.has(node.opType)) for (const output of node.outputs) weights.add(output);
    }
  }
  return false;
}

/** 1 for each node that depends on a graph input. */
function activationNodes(index: GraphIndex): Uint8Array {
  const marks = new Uint8Array(index.nodes.length);
  index.nodes.forEach((node, at) => {
    if (nodeReads(node).some((name) => isActivation(index, marks, name))) marks[at] = 1;
  });
  return marks;
}

function isActivation(index: GraphIndex, marks: Uint8Array, name: string): boolean {
  if (index.inputs.has(name)) return true;
  const producer = index.producers.get(name);
  return producer !== undefined && marks[producer] === 1;
}

function nestedCores(node: OnnxNode): number {
  let count = 0;
  for (const graph of nestedGraphs(node)) {
    for (const inner of graph.nodes) {
      if (inner.opType === 'Softmax' || FUSED_ATTENTION.has(inner.opType)) count += 1;
      count += nestedCores(inner);
    }
  }
  return count;
}
