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
  const weighing = weighingNodes(index, activationNodes(index));
  const nodes = new Set<number>();
  let nested = 0;
  index.nodes.forEach((node, at) => {
    if (FUSED_ATTENTION.has(node.opType) || (node.opType === 'Softmax' && weighing[at] === 1)) nodes.add(at);
    nested += nestedCores(node);
  });
  return { nodes, nested };
}

/**
 * 1 for each node whose result reaches, unmixed, a product with activations. One pass from the end of the graph: a walk for
 * each Softmax would let a forged graph cost hours.
 */
function weighingNodes(index: GraphIndex, activations: Uint8Array): Uint8Array {
  const marks = new Uint8Array(index.nodes.length);
  for (let at = index.nodes.length - 1; at >= 0; at--) {
    const weighs = (name: string): boolean =>
      (index.uses.get(name) ?? []).some(({ node: reader }) => {
        const { opType, inputs } = index.nodes[reader] as OnnxNode;
        if (!MATRIX_PRODUCTS.has(opType)) return AFTER_SOFTMAX.has(opType) && marks[reader] === 1;
        return inputs.some((input) => input !== name && isActivation(index, activations, input));
      });
    if ((index.nodes[at] as OnnxNode).outputs.some(weighs)) marks[at] = 1;
  }
  return marks;
}

/** 1 for each node that depends on a graph input. */
export function activationNodes(index: GraphIndex): Uint8Array {
  const marks = new Uint8Array(index.nodes.length);
  index.nodes.forEach((node, at) => {
    if (nodeReads(node).some((name) => isActivation(index, marks, name))) marks[at] = 1;
  });
  return marks;
}

/** Whether a value depends on a graph input; `marks` are those of {@link activationNodes}. */
export function isActivation(index: GraphIndex, marks: Uint8Array, name: string): boolean {
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
