/** Keeps new names apart from those a graph already has. */
import type { OnnxGraph } from '../onnx/model.ts';
import { nestedGraphs, renameInNodes } from './graph-names.ts';

/** Gives names that a graph does not use. */
export type NameSource = (stem: string) => string;

/** A source of names that are free in the graph and in every graph nested in it that reads its values. */
export function freshNames(graph: OnnxGraph, reserved: Iterable<string>): NameSource {
  const taken = new Set([...reserved, ...allNames(graph)]);
  return (stem) => {
    let name = stem;
    for (let count = 1; taken.has(name); count++) name = `${stem}_${count}`;
    taken.add(name);
    return name;
  };
}

/** Renames values of the graph that have one of the reserved names, so that inputs and outputs can have them. */
export function makeRoom(graph: OnnxGraph, reserved: ReadonlySet<string>): OnnxGraph {
  const taken = valueNames(graph).filter((name) => reserved.has(name));
  if (taken.length === 0) return graph;
  const fresh = freshNames(graph, reserved);
  const names = new Map(taken.map((name) => [name, fresh(name)]));
  const rename = <T extends { readonly name: string }>(value: T): T => ({
    ...value,
    name: names.get(value.name) ?? value.name,
  });
  return {
    ...graph,
    nodes: renameInNodes(graph.nodes, names),
    initializers: graph.initializers.map(rename),
    inputs: graph.inputs.map(rename),
  };
}

function valueNames(graph: OnnxGraph): string[] {
  const values = [...graph.inputs, ...graph.initializers].map((value) => value.name);
  return [...values, ...graph.nodes.flatMap((node) => node.outputs)].filter((name) => name !== '');
}

/** Names of the nested graphs too: a new name must not be hidden by one of theirs. */
function allNames(graph: OnnxGraph): string[] {
  return [...valueNames(graph), ...graph.nodes.flatMap(nestedGraphs).flatMap(allNames)];
}
