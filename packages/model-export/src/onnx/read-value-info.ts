/** Reads a ValueInfoProto: a value's name, element type and shape. */
import type { BinaryReader } from '@bufbuild/protobuf/wire';
import { int64, readMessage } from './fields.ts';
import type { Dimension, OnnxValueInfo } from './model.ts';

/** Reads one value; types other than dense tensors are kept as their bytes. */
export function readValueInfo(reader: BinaryReader): OnnxValueInfo {
  let name = '';
  let type: Omit<OnnxValueInfo, 'name'> = {};
  readMessage(reader, {
    1: () => {
      name = reader.string();
    },
    2: () => {
      type = readType(reader);
    },
  });
  return { name, ...type };
}

function readType(reader: BinaryReader): Omit<OnnxValueInfo, 'name'> {
  const start = reader.pos;
  const encoded = reader.bytes();
  reader.pos = start;
  let tensor: Omit<OnnxValueInfo, 'name'> | undefined;
  readMessage(reader, {
    1: () => {
      tensor = readTensorType(reader);
    },
  });
  return tensor ?? { otherType: encoded };
}

function readTensorType(reader: BinaryReader): Omit<OnnxValueInfo, 'name'> {
  let elementType = 0;
  let shape: Dimension[] | undefined;
  readMessage(reader, {
    1: () => {
      elementType = reader.int32();
    },
    2: () => {
      const dimensions: Dimension[] = [];
      readMessage(reader, { 1: () => dimensions.push(readDimension(reader)) });
      shape = dimensions;
    },
  });
  return shape === undefined ? { elementType } : { elementType, shape };
}

function readDimension(reader: BinaryReader): Dimension {
  let dimension: Dimension = null;
  readMessage(reader, {
    1: () => {
      const value = int64(reader);
      dimension = value < 0n ? null : Number(value); // some exporters write -1 for unknown
    },
    2: () => {
      dimension = reader.string();
    },
  });
  return dimension;
}
