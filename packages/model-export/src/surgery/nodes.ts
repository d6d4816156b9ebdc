/** Makes the nodes that surgery adds. */
import type { OnnxAttribute, OnnxNode } from '../onnx/model.ts';

/** A node of the default operator set. */
export function makeNode(
  opType: string,
  inputs: readonly string[],
  outputs: readonly string[],
  attributes: readonly OnnxAttribute[] = [],
): OnnxNode {
  return { name: '', opType, domain: '', inputs, outputs, attributes };
}

/** An integer attribute. */
export function intAttribute(name: string, value: number): OnnxAttribute {
  return { name, type: 'int', value: BigInt(value) };
}
