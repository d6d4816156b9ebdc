/** Takes the key-value cache out of a graph: every run then starts at the first token. */
import type { OnnxGraph, OnnxNode, OnnxTensor, OnnxValueInfo } from '../onnx/model.ts';
import { ELEMENT_BITS } from '../onnx/model.ts';
import { renameInNodes } from './graph-names.ts';
import { FUSED_ATTENTION } from './operators.ts';
import { quoted, unsupported } from './refusal.ts';

/** Inputs with a meaning of their own; everything else of floating type is taken for a past. */
const STANDARD_INPUTS: ReadonlySet<string> = new Set(['input_ids', 'attention_mask', 'position_ids']);

/** Hand a cache on unchanged before it is joined with the new keys or values. */
const ON_PAST: ReadonlySet<string> = new Set(['Cast', 'Identity', 'Transpose']);

/** FLOAT, FLOAT16, DOUBLE and BFLOAT16; quantised caches are refused. */
export const CACHE_TYPES: ReadonlySet<number> = new Set([1, 10, 11, 16]);

/**
 * Removes the past inputs: Concat(past, new) becomes new, a fused attention gets none.
 *
 * The graph must be free of cycles. Inputs stay in the graph where something else reads them, most often their shape: give
 * those to {@link emptyPast} after pruning.
 */
export function cutPast(graph: OnnxGraph): OnnxGraph {
  const pasts = namesOfPast(graph);
  const joined = new Map<string, string>();
  const nodes = graph.nodes.flatMap((node) => {
    if (node.opType === 'Concat' && node.inputs.length === 2 && pasts.has(node.inputs[0] as string)) {
      joined.set(node.outputs[0] as string, node.inputs[1] as string);
      return [];
    }
    return [FUSED_ATTENTION.has(node.opType) ? withoutPast(node, pasts) : node];
  });
  return { ...graph, nodes: renameInNodes(nodes, resolved(joined)) };
}

/**
 * A cache of zero tokens, for what reads the shape of a past.
 *
 * @throws ModelExportError `unsupported` where the input is no cache: it has no dimension that may be zero
 */
export function emptyPast(input: OnnxValueInfo): OnnxTensor {
  const { name, elementType, shape } = input;
  const dims = shape?.map((size, axis) => (typeof size === 'number' ? size : axis === 0 ? 1 : 0));
  const isCache = elementType !== undefined && CACHE_TYPES.has(elementType) && ELEMENT_BITS.has(elementType);
  if (!isCache || dims === undefined || !dims.includes(0)) {
    throw unsupported(
      `The graph needs the input ${quoted(name)}, which is neither input_ids, attention_mask, position_ids nor a past`,
      `input ${quoted(name)}`,
      'Export the model for text generation, with or without past key values.',
    );
  }
  return { name, dataType: elementType, dims, bytes: new Uint8Array(0) };
}

function namesOfPast(graph: OnnxGraph): Set<string> {
  const pasts = new Set(
    graph.inputs
      .filter(
        ({ name, elementType }) =>
          !STANDARD_INPUTS.has(name) && elementType !== undefined && CACHE_TYPES.has(elementType),
      )
      .map((input) => input.name),
  );
  const readers = new Map<string, OnnxNode[]>();
  for (const node of graph.nodes) {
    const [first] = node.inputs;
    if (first === undefined || !ON_PAST.has(node.opType)) continue;
    const list = readers.get(first);
    if (list === undefined) readers.set(first, [node]);
    else list.push(node);
  }
  for (const name of pasts) for (const node of readers.get(name) ?? []) pasts.add(node.outputs[0] as string);
  return pasts;
}

/** Follows a renamed value to the one that stands for it, where several caches are joined in a row. */
function resolved(names: ReadonlyMap<string, string>): Map<string, string> {
  const last = (name: string): string => {
    let current = name;
    for (let next = names.get(current); next !== undefined; next = names.get(current)) current = next;
    return current;
  };
  return new Map([...names.keys()].map((name) => [name, last(name)]));
}

function withoutPast(node: OnnxNode, pasts: ReadonlySet<string>): OnnxNode {
  return { ...node, inputs: node.inputs.map((name) => (pasts.has(name) ? '' : name)) };
}
