/** A graph in topological order with its producers and uses, checked for what would make any walk over it wrong. */
import { ModelExportError } from '../errors.ts';
import type { OnnxGraph, OnnxNode } from '../onnx/model.ts';
import { nodeReads } from './graph-names.ts';
import { MAX_NODES } from './limits.ts';
import { malformed, nodeLabel, quoted } from './refusal.ts';

/** One place where a value is read: an input slot of a node, or -1 where a nested graph captures it. */
export interface Use {
  readonly node: number;
  readonly slot: number;
}

/** A graph that can be walked in both directions. Nodes are known by their position in `nodes`. */
export interface GraphIndex {
  readonly graph: OnnxGraph;
  /** Topologically sorted. */
  readonly nodes: readonly OnnxNode[];
  readonly producers: ReadonlyMap<string, number>;
  readonly uses: ReadonlyMap<string, readonly Use[]>;
  /** Graph inputs that are not constants with a default. */
  readonly inputs: ReadonlySet<string>;
}

/**
 * Sorts and checks a graph.
 *
 * @throws ModelExportError `malformed` for a cycle or a name given twice, `missing-tensor` for a value that nothing gives,
 * `limit-exceeded` for more than {@link MAX_NODES} nodes
 */
export function indexGraph(graph: OnnxGraph): GraphIndex {
  if (graph.nodes.length > MAX_NODES) {
    throw new ModelExportError({
      code: 'limit-exceeded',
      what: `The graph has ${graph.nodes.length} nodes, more than ${MAX_NODES}`,
      where: `graph ${quoted(graph.name)}`,
      todo: 'This is no decoder-only language model as exporters write it.',
    });
  }
  const constants = new Set(graph.initializers.map((tensor) => tensor.name));
  if (constants.size !== graph.initializers.length) throw malformed('Two initializers have the same name', graph.name);
  const inputs = new Set(graph.inputs.map((input) => input.name).filter((name) => !constants.has(name)));
  const given = new Set([...constants, ...inputs]);
  const reads = graph.nodes.map(nodeReads);
  const order = topologicalOrder(graph.nodes, reads, producersOf(graph.nodes, given), given);
  const nodes = order.map((at) => graph.nodes[at] as OnnxNode);
  return {
    graph,
    nodes,
    producers: producersOf(nodes, given),
    uses: usesOf(
      nodes,
      order.map((at) => reads[at] as string[]),
    ),
    inputs,
  };
}

function producersOf(nodes: readonly OnnxNode[], given: ReadonlySet<string>): Map<string, number> {
  const producers = new Map<string, number>();
  nodes.forEach((node, at) => {
    for (const name of node.outputs) {
      if (name === '') continue;
      if (producers.has(name) || given.has(name))
        throw malformed(`The value ${quoted(name)} is given twice`, nodeLabel(node));
      producers.set(name, at);
    }
  });
  return producers;
}

/** Kahn's algorithm; keeps the file's order among nodes that are ready. */
function topologicalOrder(
  nodes: readonly OnnxNode[],
  reads: readonly (readonly string[])[],
  producers: ReadonlyMap<string, number>,
  given: ReadonlySet<string>,
): number[] {
  const waiting = new Int32Array(nodes.length);
  const readers: number[][] = nodes.map(() => []);
  reads.forEach((names, at) => {
    for (const name of new Set(names)) {
      const producer = producers.get(name);
      if (producer === undefined) {
        if (given.has(name)) continue;
        throw missing(name, nodes[at] as OnnxNode);
      }
      (readers[producer] as number[]).push(at);
      waiting[at] = (waiting[at] as number) + 1;
    }
  });
  const order = [...nodes.keys()].filter((at) => waiting[at] === 0);
  for (let done = 0; done < order.length; done++) {
    for (const reader of readers[order[done] as number] as number[]) {
      waiting[reader] = (waiting[reader] as number) - 1;
      if (waiting[reader] === 0) order.push(reader);
    }
  }
  if (order.length === nodes.length) return order;
  throw malformed('The graph has a cycle', nodeLabel(nodes[waiting.findIndex((count) => count > 0)] as OnnxNode));
}

function usesOf(nodes: readonly OnnxNode[], reads: readonly (readonly string[])[]): Map<string, Use[]> {
  const uses = new Map<string, Use[]>();
  const add = (name: string, use: Use): void => {
    const list = uses.get(name);
    if (list === undefined) uses.set(name, [use]);
    else list.push(use);
  };
  nodes.forEach(({ inputs }, node) => {
    const direct = new Set(inputs);
    inputs.forEach((name, slot) => {
      if (name !== '') add(name, { node, slot });
    });
    for (const name of reads[node] as string[]) if (!direct.has(name)) add(name, { node, slot: -1 });
  });
  return uses;
}

function missing(name: string, node: OnnxNode): ModelExportError {
  return new ModelExportError({
    code: 'missing-tensor',
    what: `Nothing gives the value ${quoted(name)}: no node, input or initializer has that name`,
    where: nodeLabel(node),
    todo: 'The file is damaged or was edited: export the model again.',
  });
}
