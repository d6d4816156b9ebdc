/** Makes constants from typed arrays and reads them back. */
import { ModelExportError } from '../errors.ts';
import { floatToHalf } from '../weights/float16.ts';
import { DataType, type OnnxTensor } from './model.ts';

const HOST_IS_LITTLE_ENDIAN = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/** Float32 constant; `dims` must multiply to `values.length`. */
export function floatTensor(name: string, dims: readonly number[], values: ArrayLike<number>): OnnxTensor {
  return tensor(
    name,
    DataType.FLOAT,
    dims,
    littleEndian(values, 4, (view, at, value) => view.setFloat32(at, value, true)),
  );
}

/** Float16 constant, each value rounded to the nearest half. */
export function halfTensor(name: string, dims: readonly number[], values: ArrayLike<number>): OnnxTensor {
  const write = (view: DataView, at: number, value: number): void => view.setUint16(at, floatToHalf(value), true);
  return tensor(name, DataType.FLOAT16, dims, littleEndian(values, 2, write));
}

/** Int64 constant. */
export function int64Tensor(name: string, dims: readonly number[], values: ArrayLike<number>): OnnxTensor {
  const write = (view: DataView, at: number, value: number): void => view.setBigInt64(at, BigInt(value), true);
  return tensor(name, DataType.INT64, dims, littleEndian(values, 8, write));
}

/** Int32 constant. */
export function int32Tensor(name: string, dims: readonly number[], values: ArrayLike<number>): OnnxTensor {
  return tensor(
    name,
    DataType.INT32,
    dims,
    littleEndian(values, 4, (view, at, value) => view.setInt32(at, value, true)),
  );
}

/** Int8 constant. */
export function int8Tensor(name: string, dims: readonly number[], values: Int8Array): OnnxTensor {
  return tensor(name, DataType.INT8, dims, new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
}

/** Uint8 constant, or two 4-bit values a byte where `dataType` is UINT4 (low bits first). */
export function uint8Tensor(
  name: string,
  dims: readonly number[],
  bytes: Uint8Array,
  dataType: number = DataType.UINT8,
): OnnxTensor {
  return tensor(name, dataType, dims, bytes);
}

/** The values of a float32 constant; throws `unsupported` for other types and external data. */
export function tensorFloats(value: OnnxTensor): Float32Array {
  const { bytes } = value;
  if (value.dataType !== DataType.FLOAT || bytes === undefined) throw notReadable(value, 'float32');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Float32Array.from({ length: bytes.byteLength / 4 }, (_, i) => view.getFloat32(i * 4, true));
}

/** The values of an int64 constant; throws `unsupported` for other types and external data. */
export function tensorInt64s(value: OnnxTensor): bigint[] {
  const { bytes } = value;
  if (value.dataType !== DataType.INT64 || bytes === undefined) throw notReadable(value, 'int64');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: bytes.byteLength / 8 }, (_, i) => view.getBigInt64(i * 8, true));
}

function tensor(name: string, dataType: number, dims: readonly number[], bytes: Uint8Array): OnnxTensor {
  return { name, dataType, dims, bytes };
}

function littleEndian(
  values: ArrayLike<number>,
  size: number,
  write: (view: DataView, at: number, value: number) => void,
): Uint8Array {
  if (values instanceof Float32Array && size === 4 && HOST_IS_LITTLE_ENDIAN) {
    return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  }
  const view = new DataView(new ArrayBuffer(values.length * size));
  for (let i = 0; i < values.length; i++) write(view, i * size, values[i] as number);
  return new Uint8Array(view.buffer);
}

function notReadable(value: OnnxTensor, wanted: string): ModelExportError {
  return new ModelExportError({
    code: 'unsupported',
    what: `The constant is not ${wanted} inside the model`,
    where: `tensor ${JSON.stringify(value.name)}`,
    todo: 'Load external data first, or export the model with plain constants.',
  });
}
