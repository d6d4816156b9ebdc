/** Which values a node reads, nested graphs included, and how to rename them everywhere. */
import type { OnnxAttribute, OnnxGraph, OnnxNode } from '../onnx/model.ts';
import { MAX_GRAPH_DEPTH } from '../onnx/read.ts';
import { malformed, nodeLabel } from './refusal.ts';

/** The graphs in a node's attributes: the branches of an If, the body of a Loop. */
export function nestedGraphs(node: OnnxNode): OnnxGraph[] {
  return node.attributes.flatMap((attribute) => {
    if (attribute.type === 'graph') return [attribute.value];
    return attribute.type === 'graphs' ? attribute.value : [];
  });
}

/** Names that a node's nested graphs take from the graph around them. */
export function capturedNames(node: OnnxNode, depth = 0): string[] {
  const graphs = nestedGraphs(node);
  if (graphs.length === 0) return [];
  if (depth === MAX_GRAPH_DEPTH) throw malformed(`More than ${MAX_GRAPH_DEPTH} graphs are nested`, nodeLabel(node));
  return [...new Set(graphs.flatMap((graph) => freeNames(graph, depth + 1)))];
}

/** Every value a node depends on: its inputs without the absent ones, then what its nested graphs capture. */
export function nodeReads(node: OnnxNode): string[] {
  const inputs = node.inputs.filter((name) => name !== '');
  return node.attributes.some(holdsGraph) ? [...inputs, ...capturedNames(node)] : inputs;
}

/** Renames values read or written by the nodes, where they are not hidden by a nested graph's own names. */
export function renameInNodes(nodes: readonly OnnxNode[], names: ReadonlyMap<string, string>): OnnxNode[] {
  if (names.size === 0) return [...nodes];
  const rename = (name: string): string => names.get(name) ?? name;
  return nodes.map((node) => {
    const attributes = node.attributes.some(holdsGraph)
      ? node.attributes.map((attribute) => renameInAttribute(attribute, names))
      : node.attributes;
    return { ...node, inputs: node.inputs.map(rename), outputs: node.outputs.map(rename), attributes };
  });
}

function freeNames(graph: OnnxGraph, depth: number): string[] {
  const defined = ownNames(graph);
  const read = graph.nodes.flatMap((node) => [...node.inputs, ...capturedNames(node, depth)]);
  return [...read, ...graph.outputs.map((output) => output.name)].filter((name) => name !== '' && !defined.has(name));
}

function ownNames(graph: OnnxGraph): Set<string> {
  const values = [...graph.initializers, ...graph.inputs];
  return new Set([...values.map((value) => value.name), ...graph.nodes.flatMap((node) => node.outputs)]);
}

function renameInAttribute(attribute: OnnxAttribute, names: ReadonlyMap<string, string>): OnnxAttribute {
  if (attribute.type === 'graph') return { ...attribute, value: renameCaptured(attribute.value, names) };
  if (attribute.type !== 'graphs') return attribute;
  return { ...attribute, value: attribute.value.map((graph) => renameCaptured(graph, names)) };
}

function renameCaptured(graph: OnnxGraph, names: ReadonlyMap<string, string>): OnnxGraph {
  const own = ownNames(graph);
  const visible = new Map([...names].filter(([name]) => !own.has(name)));
  const outputs = graph.outputs.map((output) => ({ ...output, name: visible.get(output.name) ?? output.name }));
  return { ...graph, nodes: renameInNodes(graph.nodes, visible), outputs };
}

function holdsGraph(attribute: OnnxAttribute): boolean {
  return attribute.type === 'graph' || attribute.type === 'graphs';
}
