/** Finds the norm in front of a product, whose scale can take a smoothing factor for nothing. */
import type { OnnxNode } from '../onnx/model.ts';
import { contentUses } from '../surgery/flow.ts';
import type { GraphIndex } from '../surgery/graph-index.ts';
import { PASS_THROUGH } from '../surgery/operators.ts';
import type { ConstantLookup } from './constant-values.ts';

/** Inputs of each norm that its result is proportional to: the scale, and the shift where there is one. */
const SCALED_INPUTS: Readonly<Record<string, readonly number[]>> = {
  LayerNormalization: [1, 2],
  SimplifiedLayerNormalization: [1],
  RMSNormalization: [1],
  SkipLayerNormalization: [2, 3],
  SkipSimplifiedLayerNormalization: [2],
};

/** Nodes between a norm and the product that reads it. */
const MAX_STEPS = 4;

/** A vector of constants that scales a value. */
export interface ScaleInput {
  readonly node: number;
  readonly slot: number;
}

/**
 * The inputs [columns] to divide by a factor so that `value` is divided by it, or undefined where there are none: no norm, or
 * one whose result goes somewhere else too.
 *
 * @param readers positions of the products that read the value and will make up for the factor
 */
export function scaleInputs(
  index: GraphIndex,
  lookUp: ConstantLookup,
  value: string,
  columns: number,
  readers: ReadonlySet<number>,
): ScaleInput[] | undefined {
  let name = value;
  let allowed = readers;
  const found: ScaleInput[] = [];
  for (let steps = 0; steps < MAX_STEPS; steps++) {
    const at = index.producers.get(name);
    if (at === undefined || contentUses(index, name).some((use) => !allowed.has(use.node))) return undefined;
    if (index.graph.outputs.some((output) => output.name === name)) return undefined;
    const node = index.nodes[at] as OnnxNode;
    const isVector = (slot: number): boolean => isVectorOf(lookUp(node.inputs[slot] ?? '')?.dims, columns);
    const slots = SCALED_INPUTS[node.opType];
    if (slots !== undefined) {
      const given = slots.filter((slot) => node.inputs[slot]);
      return node.outputs[0] === name && given.every(isVector) ? given.map((slot) => ({ node: at, slot })) : undefined;
    }
    const vector = [0, 1].find(isVector);
    if (node.opType === 'Mul' && vector !== undefined) return [...found, { node: at, slot: vector }];
    if (node.opType === 'Add' && vector !== undefined) {
      found.push({ node: at, slot: vector }); // a norm's shift; its scale is behind it
      name = node.inputs[1 - vector] as string;
    } else if (PASS_THROUGH.has(node.opType) && found.length === 0) {
      name = node.inputs[0] as string;
    } else return undefined;
    allowed = new Set([at]);
  }
  return undefined;
}

function isVectorOf(dims: readonly number[] | undefined, columns: number): boolean {
  return dims?.at(-1) === columns && dims.every((size, axis) => axis === dims.length - 1 || size === 1);
}
