/** Reads a TensorProto, turning its typed fields into one form: little-endian bytes. */
import type { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import { ModelExportError } from '../errors.ts';
import { int64, readMessage, readRepeated, size } from './fields.ts';
import { DataType, ELEMENT_BITS, type OnnxTensor, type StringStringEntry } from './model.ts';
import { readEntry } from './read-entry.ts';

/** Most dimensions of a constant; real ones have up to 6 (CWE-770). */
export const MAX_RANK = 32;

const EXTERNAL = 1; // TensorProto.DataLocation

/**
 * Reads one constant whose shape and data agree.
 * Throws `malformed` where they do not, `unsupported` for segments and element types that do not exist.
 */
export function readTensor(reader: BinaryReader): OnnxTensor {
  let [name, dataType, location] = ['', 0, 0];
  let raw: Uint8Array | undefined;
  const dims: number[] = [];
  const strings: Uint8Array[] = [];
  const external: StringStringEntry[] = [];
  const typed = { floats: [] as number[], int32s: [] as number[], int64s: [] as bigint[], doubles: [] as number[] };
  const uint64s: bigint[] = [];
  readMessage(reader, {
    1: (_, wire: WireType) => readRepeated(reader, wire, () => size(reader), dims),
    2: () => {
      dataType = reader.int32();
    },
    3: () => {
      throw fail('unsupported', name, 'Constants in segments are not read');
    },
    4: (_, wire: WireType) => readRepeated(reader, wire, () => reader.float(), typed.floats),
    5: (_, wire: WireType) => readRepeated(reader, wire, () => reader.int32(), typed.int32s),
    6: () => strings.push(reader.bytes()),
    7: (_, wire: WireType) => readRepeated(reader, wire, () => int64(reader), typed.int64s),
    8: () => {
      name = reader.string();
    },
    9: () => {
      raw = reader.bytes();
    },
    10: (_, wire: WireType) => readRepeated(reader, wire, () => reader.double(), typed.doubles),
    11: (_, wire: WireType) => readRepeated(reader, wire, () => BigInt(reader.uint64()), uint64s),
    13: () => external.push(readEntry(reader)),
    14: () => {
      location = reader.int32();
    },
  });
  if (dims.length > MAX_RANK) throw fail('limit-exceeded', name, `${dims.length} dimensions are over ${MAX_RANK}`);
  if (location === EXTERNAL) return { name, dataType, dims, external };
  const count = dims.reduce((product, dimension) => product * dimension, 1);
  if (dataType === DataType.STRING) {
    if (strings.length !== count) throw fail('malformed', name, `${strings.length} strings for ${count} elements`);
    return { name, dataType, dims, strings };
  }
  const bits = ELEMENT_BITS.get(dataType);
  if (bits === undefined) throw fail('unsupported', name, `Element type ${dataType} is not read`);
  const bytes = raw ?? typedBytes(dataType, bits, typed, uint64s);
  const expected = Math.ceil((count * bits) / 8);
  if (bytes.byteLength !== expected) {
    throw fail('malformed', name, `The shape needs ${expected} bytes of data, there are ${bytes.byteLength}`);
  }
  return { name, dataType, dims, bytes };
}

function typedBytes(
  dataType: number,
  bits: number,
  typed: { floats: number[]; int32s: number[]; int64s: bigint[]; doubles: number[] },
  uint64s: readonly bigint[],
): Uint8Array {
  if (dataType === DataType.FLOAT || dataType === DataType.COMPLEX64) {
    return pack(typed.floats, 4, (view, at, value) => view.setFloat32(at, value, true));
  }
  if (dataType === DataType.DOUBLE || dataType === DataType.COMPLEX128) {
    return pack(typed.doubles, 8, (view, at, value) => view.setFloat64(at, value, true));
  }
  if (dataType === DataType.INT64) return pack(typed.int64s, 8, (view, at, value) => view.setBigInt64(at, value, true));
  if (dataType === DataType.UINT64) return pack(uint64s, 8, (view, at, value) => view.setBigUint64(at, value, true));
  if (dataType === DataType.UINT32) {
    return pack(uint64s, 4, (view, at, value) => view.setUint32(at, Number(value & 0xffffffffn), true));
  }
  if (bits === 32) return pack(typed.int32s, 4, (view, at, value) => view.setInt32(at, value, true));
  if (bits === 16) return pack(typed.int32s, 2, (view, at, value) => view.setUint16(at, value & 0xffff, true));
  return pack(typed.int32s, 1, (view, at, value) => view.setUint8(at, value & 0xff)); // 4-bit types: a pair per value
}

function pack<T>(
  values: readonly T[],
  bytes: number,
  write: (view: DataView, at: number, value: T) => void,
): Uint8Array {
  const view = new DataView(new ArrayBuffer(values.length * bytes));
  for (const [i, value] of values.entries()) write(view, i * bytes, value);
  return new Uint8Array(view.buffer);
}

function fail(code: ModelExportError['code'], name: string, what: string): ModelExportError {
  const todo = 'Give a whole ONNX model that onnxruntime loads, or export it again.';
  return new ModelExportError({ code, what, where: `tensor ${JSON.stringify(name)}`, todo });
}
