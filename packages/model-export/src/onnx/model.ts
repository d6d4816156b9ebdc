/** The messages of onnx.proto that a graph needs, as plain data. Names follow onnx.proto in camelCase. */

/** Element types (onnx.proto, TensorProto.DataType). */
export const DataType = {
  FLOAT: 1,
  UINT8: 2,
  INT8: 3,
  UINT16: 4,
  INT16: 5,
  INT32: 6,
  INT64: 7,
  STRING: 8,
  BOOL: 9,
  FLOAT16: 10,
  DOUBLE: 11,
  UINT32: 12,
  UINT64: 13,
  COMPLEX64: 14,
  COMPLEX128: 15,
  BFLOAT16: 16,
  FLOAT8E4M3FN: 17,
  FLOAT8E4M3FNUZ: 18,
  FLOAT8E5M2: 19,
  FLOAT8E5M2FNUZ: 20,
  UINT4: 21,
  INT4: 22,
  FLOAT4E2M1: 23,
} as const;

/** Bits one element takes in a tensor's bytes; strings are absent. */
export const ELEMENT_BITS: ReadonlyMap<number, number> = new Map([
  ...[1, 6, 12].map((type) => [type, 32] as const),
  ...[2, 3, 9, 17, 18, 19, 20].map((type) => [type, 8] as const),
  ...[4, 5, 10, 16].map((type) => [type, 16] as const),
  ...[7, 11, 13, 14].map((type) => [type, 64] as const),
  [15, 128] as const,
  ...[21, 22, 23].map((type) => [type, 4] as const),
]);

/** A key and a value (StringStringEntryProto). */
export interface StringStringEntry {
  readonly key: string;
  readonly value: string;
}

/** An operator set and its version (OperatorSetIdProto). */
export interface OperatorSetId {
  readonly domain: string;
  readonly version: bigint;
}

/** A constant (TensorProto). Exactly one of `bytes`, `strings` and `external` is set. */
export interface OnnxTensor {
  readonly name: string;
  readonly dataType: number;
  /** Row-major shape; empty for a scalar. */
  readonly dims: readonly number[];
  /** Little-endian values; typed fields such as float_data are turned into these when read. */
  readonly bytes?: Uint8Array;
  readonly strings?: readonly Uint8Array[];
  /** Where the data lies when not in the model: `location`, `offset`, `length`. */
  readonly external?: readonly StringStringEntry[];
}

/** An attribute's value, tagged with its type (AttributeProto). */
export type AttributeValue =
  | { readonly type: 'float'; readonly value: number }
  | { readonly type: 'int'; readonly value: bigint }
  | { readonly type: 'string'; readonly value: Uint8Array }
  | { readonly type: 'tensor'; readonly value: OnnxTensor }
  | { readonly type: 'graph'; readonly value: OnnxGraph }
  | { readonly type: 'floats'; readonly value: readonly number[] }
  | { readonly type: 'ints'; readonly value: readonly bigint[] }
  | { readonly type: 'strings'; readonly value: readonly Uint8Array[] }
  | { readonly type: 'tensors'; readonly value: readonly OnnxTensor[] }
  | { readonly type: 'graphs'; readonly value: readonly OnnxGraph[] };

/** A named attribute of a node. */
export type OnnxAttribute = AttributeValue & { readonly name: string };

/** An operator applied to named values (NodeProto); an empty name is an absent optional input or output. */
export interface OnnxNode {
  readonly name: string;
  readonly opType: string;
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: readonly OnnxAttribute[];
}

/** A dimension: fixed, named (symbolic) or unknown. */
export type Dimension = number | string | null;

/** A named value's type and shape (ValueInfoProto). */
export interface OnnxValueInfo {
  readonly name: string;
  /** Set for tensors. */
  readonly elementType?: number;
  /** Absent where the rank is unknown. */
  readonly shape?: readonly Dimension[];
  /** The encoded TypeProto of a sequence, map, optional or sparse tensor, kept as it is. */
  readonly otherType?: Uint8Array;
}

/** A graph (GraphProto). */
export interface OnnxGraph {
  readonly name: string;
  readonly nodes: readonly OnnxNode[];
  readonly initializers: readonly OnnxTensor[];
  readonly inputs: readonly OnnxValueInfo[];
  readonly outputs: readonly OnnxValueInfo[];
  readonly valueInfo: readonly OnnxValueInfo[];
}

/** A model (ModelProto). */
export interface OnnxModel {
  readonly irVersion: bigint;
  readonly opsetImports: readonly OperatorSetId[];
  readonly producerName: string;
  readonly producerVersion: string;
  readonly graph: OnnxGraph;
  readonly metadata: readonly StringStringEntry[];
}
