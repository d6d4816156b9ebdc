/** Finds where a graph joins past keys and values with new ones. */
import type { OnnxGraph, OnnxNode } from '../onnx/model.ts';
import { CACHE_TYPES } from '../surgery/past.ts';
import { nodeLabel, unsupported } from '../surgery/refusal.ts';

/** Fused attention: slots of the past inputs, and the outputs that hold past and new together. */
const FUSED_CACHES: Readonly<Record<string, readonly (readonly [past: number, present: number])[]>> = {
  GroupQueryAttention: [
    [3, 1],
    [4, 2],
  ],
  MultiHeadAttention: [
    [6, 1],
    [7, 2],
  ],
};

/** A past input, and the value that would be handed in as it once these tokens are past. */
export interface Cache {
  readonly past: string;
  readonly value: string;
}

/**
 * The caches of a graph with past inputs.
 *
 * @throws ModelExportError `unsupported` where the graph has none, or one is read in a form that is not understood
 */
export function findCaches(graph: OnnxGraph): Cache[] {
  const constants = new Set(graph.initializers.map((tensor) => tensor.name));
  const pasts = new Set(
    graph.inputs
      .filter(({ name, elementType }) => !constants.has(name) && CACHE_TYPES.has(elementType ?? 0))
      .map(({ name }) => name),
  );
  const caches = graph.nodes.flatMap((node) => cachesOf(node, pasts));
  const found = new Set(caches.map(({ past }) => past));
  if (found.size > 0 && found.size === pasts.size && caches.length === pasts.size) return caches;
  throw unsupported(
    pasts.size === 0
      ? 'A sink cannot be baked in: the export takes no past keys and values (a merged decoder takes them in a branch)'
      : `A sink cannot be baked in: of ${pasts.size} past inputs ${found.size} are joined with new values in a known way`,
    'the graph',
    'Export the model with past key values (text-generation-with-past), or tap it without --sink.',
  );
}

function cachesOf(node: OnnxNode, pasts: ReadonlySet<string>): Cache[] {
  const { opType, inputs, outputs } = node;
  const fused = FUSED_CACHES[opType];
  if (fused !== undefined) {
    return fused.flatMap(([past, present]) => {
      const name = inputs[past] ?? '';
      if (!pasts.has(name)) return [];
      const value = outputs[present];
      if (value) return [{ past: name, value }];
      throw unsupported(
        'A sink cannot be baked in: an attention does not return its keys and values',
        nodeLabel(node),
        'Export the model with past key values, or tap it without --sink.',
      );
    });
  }
  const [past = '', value = ''] = inputs;
  return opType === 'Concat' && inputs.length === 2 && pasts.has(past) ? [{ past, value }] : [];
}
