/** Keeps what the wanted values need, in topological order, and drops the rest. */
import type { OnnxGraph, OnnxNode } from '../onnx/model.ts';
import { indexGraph } from './graph-index.ts';
import { nodeReads } from './graph-names.ts';

/**
 * The ancestors of the wanted values, with the initializers and inputs that they read. Shapes noted for intermediate
 * values are dropped: they held for a graph with a past.
 */
export function pruneTo(graph: OnnxGraph, wanted: readonly string[]): OnnxGraph {
  const { nodes } = indexGraph(graph);
  const needed = new Set(wanted);
  const kept: OnnxNode[] = [];
  for (let at = nodes.length - 1; at >= 0; at--) {
    const node = nodes[at] as OnnxNode;
    if (!node.outputs.some((name) => needed.has(name))) continue;
    for (const name of nodeReads(node)) needed.add(name);
    // Outputs nobody reads keep their names: without its present outputs GroupQueryAttention takes another kernel.
    kept.push(node);
  }
  return {
    ...graph,
    nodes: kept.reverse(),
    initializers: graph.initializers.filter((tensor) => needed.has(tensor.name)),
    inputs: graph.inputs.filter((input) => needed.has(input.name)),
    valueInfo: [],
  };
}
