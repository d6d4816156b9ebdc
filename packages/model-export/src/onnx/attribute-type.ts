/** Attribute types by number (onnx.proto, AttributeProto.AttributeType). */
import type { AttributeValue } from './model.ts';

/** The number of each attribute type that this package reads and writes. */
export const ATTRIBUTE_TYPE: Readonly<Record<AttributeValue['type'], number>> = {
  float: 1,
  int: 2,
  string: 3,
  tensor: 4,
  graph: 5,
  floats: 6,
  ints: 7,
  strings: 8,
  tensors: 9,
  graphs: 10,
};
