/** Writes a model as protobuf: fields in the order of their numbers, so that equal models give equal bytes. */
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { ATTRIBUTE_TYPE } from './attribute-type.ts';
import type {
  Dimension,
  OnnxAttribute,
  OnnxGraph,
  OnnxModel,
  OnnxNode,
  OnnxTensor,
  OnnxValueInfo,
  OperatorSetId,
  StringStringEntry,
} from './model.ts';

const EXTERNAL = 1; // TensorProto.DataLocation

/** Encodes a model; the same model always gives the same bytes. */
export function writeModel(model: OnnxModel): Uint8Array {
  const writer = new BinaryWriter();
  int64(writer, 1, model.irVersion);
  text(writer, 2, model.producerName);
  text(writer, 3, model.producerVersion);
  message(writer, 7, () => writeGraph(writer, model.graph));
  for (const opset of model.opsetImports) message(writer, 8, () => writeOpset(writer, opset));
  for (const entry of model.metadata) message(writer, 14, () => writeEntry(writer, entry));
  return writer.finish();
}

function writeOpset(writer: BinaryWriter, opset: OperatorSetId): void {
  text(writer, 1, opset.domain);
  int64(writer, 2, opset.version);
}

function writeEntry(writer: BinaryWriter, entry: StringStringEntry): void {
  text(writer, 1, entry.key);
  text(writer, 2, entry.value);
}

function writeGraph(writer: BinaryWriter, graph: OnnxGraph): void {
  for (const node of graph.nodes) message(writer, 1, () => writeNode(writer, node));
  text(writer, 2, graph.name);
  for (const tensor of graph.initializers) message(writer, 5, () => writeTensor(writer, tensor));
  for (const value of graph.inputs) message(writer, 11, () => writeValueInfo(writer, value));
  for (const value of graph.outputs) message(writer, 12, () => writeValueInfo(writer, value));
  for (const value of graph.valueInfo) message(writer, 13, () => writeValueInfo(writer, value));
}

function writeNode(writer: BinaryWriter, node: OnnxNode): void {
  // Inputs and outputs are written even when empty: an empty name keeps an optional one's place.
  for (const input of node.inputs) writer.tag(1, WireType.LengthDelimited).string(input);
  for (const output of node.outputs) writer.tag(2, WireType.LengthDelimited).string(output);
  text(writer, 3, node.name);
  text(writer, 4, node.opType);
  for (const attribute of node.attributes) message(writer, 5, () => writeAttribute(writer, attribute));
  text(writer, 7, node.domain);
}

function writeAttribute(writer: BinaryWriter, attribute: OnnxAttribute): void {
  text(writer, 1, attribute.name);
  switch (attribute.type) {
    case 'float':
      writer.tag(2, WireType.Bit32).float(attribute.value);
      break;
    case 'int':
      writer.tag(3, WireType.Varint).int64(attribute.value);
      break;
    case 'string':
      writer.tag(4, WireType.LengthDelimited).bytes(attribute.value);
      break;
    case 'tensor':
      message(writer, 5, () => writeTensor(writer, attribute.value));
      break;
    case 'graph':
      message(writer, 6, () => writeGraph(writer, attribute.value));
      break;
    case 'floats':
      for (const value of attribute.value) writer.tag(7, WireType.Bit32).float(value);
      break;
    case 'ints':
      for (const value of attribute.value) writer.tag(8, WireType.Varint).int64(value);
      break;
    case 'strings':
      for (const value of attribute.value) writer.tag(9, WireType.LengthDelimited).bytes(value);
      break;
    case 'tensors':
      for (const value of attribute.value) message(writer, 10, () => writeTensor(writer, value));
      break;
    case 'graphs':
      for (const value of attribute.value) message(writer, 11, () => writeGraph(writer, value));
      break;
  }
  writer.tag(20, WireType.Varint).int32(ATTRIBUTE_TYPE[attribute.type]);
}

function writeTensor(writer: BinaryWriter, tensor: OnnxTensor): void {
  if (tensor.dims.length > 0) {
    message(writer, 1, () => {
      for (const size of tensor.dims) writer.int64(size);
    });
  }
  writer.tag(2, WireType.Varint).int32(tensor.dataType);
  for (const value of tensor.strings ?? []) writer.tag(6, WireType.LengthDelimited).bytes(value);
  text(writer, 8, tensor.name);
  if (tensor.bytes !== undefined) writer.tag(9, WireType.LengthDelimited).bytes(tensor.bytes);
  for (const entry of tensor.external ?? []) message(writer, 13, () => writeEntry(writer, entry));
  if (tensor.external !== undefined) writer.tag(14, WireType.Varint).int32(EXTERNAL);
}

function writeValueInfo(writer: BinaryWriter, value: OnnxValueInfo): void {
  text(writer, 1, value.name);
  const { elementType, shape, otherType } = value;
  if (otherType !== undefined) writer.tag(2, WireType.LengthDelimited).bytes(otherType);
  if (elementType === undefined) return;
  message(writer, 2, () =>
    message(writer, 1, () => {
      writer.tag(1, WireType.Varint).int32(elementType);
      if (shape === undefined) return;
      message(writer, 2, () => {
        for (const dimension of shape) message(writer, 1, () => writeDimension(writer, dimension));
      });
    }),
  );
}

function writeDimension(writer: BinaryWriter, dimension: Dimension): void {
  if (typeof dimension === 'number') int64(writer, 1, BigInt(dimension));
  else if (dimension !== null) text(writer, 2, dimension);
}

function message(writer: BinaryWriter, field: number, write: () => void): void {
  writer.tag(field, WireType.LengthDelimited).fork();
  write();
  writer.join();
}

function text(writer: BinaryWriter, field: number, value: string): void {
  if (value !== '') writer.tag(field, WireType.LengthDelimited).string(value);
}

function int64(writer: BinaryWriter, field: number, value: bigint): void {
  writer.tag(field, WireType.Varint).int64(value);
}
