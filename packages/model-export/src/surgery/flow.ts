/** How values flow through a graph: what is computed from what, and where all paths meet again. */

import type { OnnxNode } from '../onnx/model.ts';
import type { GraphIndex, Use } from './graph-index.ts';
import { MAX_ALIASES } from './limits.ts';
import { PASS_THROUGH, SIZE_ONLY } from './operators.ts';

/** A node's output; the name is absent where the graph does not use it. */
export interface Value {
  readonly node: number;
  readonly output: number;
}

/** The name of a value, or undefined where it has none yet. */
export function valueName(index: GraphIndex, { node, output }: Value): string | undefined {
  const name = (index.nodes[node] as OnnxNode).outputs[output];
  return name === '' ? undefined : name;
}

/** Uses of a value's content: reading its shape does not count. */
export function contentUses(index: GraphIndex, name: string): Use[] {
  return (index.uses.get(name) ?? []).filter(({ node }) => !SIZE_ONLY.has((index.nodes[node] as OnnxNode).opType));
}

/** The names under which a value appears: its own and those behind casts, reshapes and identities. */
export function aliases(index: GraphIndex, name: string): Set<string> {
  const names = new Set([name]);
  for (const alias of names) {
    if (names.size > MAX_ALIASES) break;
    for (const { node, slot } of index.uses.get(alias) ?? []) {
      const { opType, outputs } = index.nodes[node] as OnnxNode;
      if (slot === 0 && PASS_THROUGH.has(opType) && outputs[0]) names.add(outputs[0]);
    }
  }
  return names;
}

/**
 * The nodes between a value and one computed from it, walking back from `operand` no further than `source`;
 * undefined where `operand` does not depend on the content of `source`, or is `source` itself.
 */
export function nodesBetween(index: GraphIndex, source: ReadonlySet<string>, operand: string): number[] | undefined {
  if (source.has(operand)) return undefined;
  const earliest = Math.min(...[...source].map((name) => index.producers.get(name) ?? -1));
  const start = index.producers.get(operand);
  if (start === undefined) return undefined;
  const seen = new Set([start]);
  let reached = false;
  for (const at of seen) {
    const node = index.nodes[at] as OnnxNode;
    if (SIZE_ONLY.has(node.opType)) continue;
    for (const name of node.inputs) {
      if (source.has(name)) reached = true;
      const producer = index.producers.get(name);
      if (producer !== undefined && producer > earliest && !source.has(name)) seen.add(producer);
    }
  }
  return reached ? [...seen] : undefined;
}

/**
 * The first later value that everything computed from `name` goes through, or undefined. A norm written in ten small
 * nodes is passed in a few of these steps.
 */
export function meetingPoint(index: GraphIndex, name: string): Value | undefined {
  const reached = new Set([name]);
  let open = contentUses(index, name).length;
  for (let at = (index.producers.get(name) ?? -1) + 1; at < index.nodes.length && open > 0; at++) {
    const node = index.nodes[at] as OnnxNode;
    if (SIZE_ONLY.has(node.opType)) continue;
    const closed = node.inputs.filter((input) => reached.has(input)).length;
    if (closed === 0) continue;
    open -= closed;
    const outputs = node.outputs.filter((output) => output !== '' && contentUses(index, output).length > 0);
    if (open === 0)
      return outputs.length === 1 ? { node: at, output: node.outputs.indexOf(outputs[0] as string) } : undefined;
    for (const output of outputs) {
      reached.add(output);
      open += contentUses(index, output).length;
    }
  }
  return undefined;
}
