/** Safetensors files, single or sharded, as a weight source. Format: huggingface/safetensors, README. */
import { readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { ModelExportError } from '../errors.ts';
import { type ByteSource, fileSource } from './byte-source.ts';
import { bfloatToFloat, halfToFloat } from './float16.ts';
import type { TensorInfo, WeightSource } from './weight-source.ts';

/** Longest header in bytes, the format's own limit; keeps a forged length from a huge allocation (CWE-789). */
export const MAX_HEADER_BYTES = 100_000_000;
/** Longest shard index in bytes; keeps a wrong file from being read whole (CWE-770). */
export const MAX_INDEX_BYTES = 100_000_000;
/** Most shards of one model; keeps a forged index from opening files without end (CWE-770). */
export const MAX_SHARDS = 1_000;
/** Most dimensions of a tensor. */
export const MAX_SAFETENSORS_RANK = 8;

const HEADER_PREFIX_BYTES = 8;
const VALUE_BYTES: Readonly<Record<string, number>> = {
  ...{ F64: 8, F32: 4, F16: 2, BF16: 2, F8_E4M3: 1, F8_E5M2: 1 },
  ...{ I64: 8, I32: 4, I16: 2, I8: 1, U64: 8, U32: 4, U16: 2, U8: 1, BOOL: 1 },
};

interface PlacedTensor extends TensorInfo {
  readonly source: ByteSource;
  readonly offset: number; // from the start of the file
  readonly bytes: number;
}

/**
 * Opens one safetensors file. Only the header is read now.
 * Throws `malformed`, `truncated`, `unsupported` or `limit-exceeded`.
 */
export function openSafetensors(source: ByteSource): WeightSource {
  const { metadata, tensors } = readHeader(source);
  return weightSource([source], metadata, tensors);
}

/**
 * Opens a sharded model by its index (`model.safetensors.index.json`). Shards must lie beside the index.
 * Throws as {@link openSafetensors}, and `file-unreadable` for a missing shard.
 */
export function openShardedSafetensors(indexPath: string): WeightSource {
  const shardOf = readIndex(indexPath);
  const shardNames = [...new Set(shardOf.values())].sort();
  if (shardNames.length > MAX_SHARDS) {
    throw error('limit-exceeded', indexPath, `${shardNames.length} shards are over ${MAX_SHARDS}`);
  }
  const sources: ByteSource[] = [];
  const tensors = new Map<string, PlacedTensor>();
  const metadata = new Map<string, string>();
  try {
    for (const name of shardNames) {
      const source = fileSource(join(dirname(indexPath), name));
      sources.push(source);
      const shard = readHeader(source);
      for (const [key, value] of shard.metadata) metadata.set(key, value);
      for (const [tensorName, tensor] of shard.tensors) {
        if (shardOf.get(tensorName) === name) tensors.set(tensorName, tensor);
      }
    }
    for (const [name, shard] of shardOf) {
      if (!tensors.has(name)) throw error('malformed', indexPath, `Tensor ${JSON.stringify(name)} is not in ${shard}`);
    }
  } catch (cause) {
    for (const source of sources) source.close();
    throw cause;
  }
  return weightSource(sources, metadata, tensors);
}

function weightSource(
  sources: readonly ByteSource[],
  metadata: ReadonlyMap<string, string>,
  tensors: ReadonlyMap<string, PlacedTensor>,
): WeightSource {
  const raw = (name: string): Uint8Array => {
    const tensor = tensors.get(name);
    if (tensor !== undefined) return tensor.source.read(tensor.offset, tensor.bytes);
    throw new ModelExportError({
      code: 'missing-tensor',
      what: `There is no tensor ${JSON.stringify(name)}`,
      where: sources.map((source) => source.name).join(', '),
      todo: 'Check that the file is of a supported architecture (`alknet-model-export inspect FILE`).',
    });
  };
  return {
    format: 'safetensors',
    metadata,
    tensors,
    raw,
    float32: (name) => toFloat32(raw(name), tensors.get(name) as PlacedTensor),
    close: () => {
      for (const source of sources) source.close();
    },
  };
}

function readHeader(source: ByteSource): { metadata: Map<string, string>; tensors: Map<string, PlacedTensor> } {
  const prefix = source.read(0, HEADER_PREFIX_BYTES);
  const length = new DataView(prefix.buffer, prefix.byteOffset).getBigUint64(0, true);
  if (length > BigInt(MAX_HEADER_BYTES)) {
    throw error('limit-exceeded', source.name, `The header length ${length} is over ${MAX_HEADER_BYTES}`);
  }
  const header = parseObject(source.name, source.read(HEADER_PREFIX_BYTES, Number(length)));
  const dataOffset = HEADER_PREFIX_BYTES + Number(length);
  const metadata = new Map<string, string>();
  const tensors = new Map<string, PlacedTensor>();
  for (const [name, value] of Object.entries(header)) {
    if (name === '__metadata__') {
      for (const [key, text] of Object.entries(value as object)) metadata.set(key, String(text));
    } else {
      tensors.set(name, placeTensor(source, dataOffset, name, value));
    }
  }
  checkOverlap(source, tensors);
  return { metadata, tensors };
}

function placeTensor(source: ByteSource, dataOffset: number, name: string, value: unknown): PlacedTensor {
  const where = `${source.name}, tensor ${JSON.stringify(name)}`;
  const { dtype, shape, data_offsets: range } = (value ?? {}) as Record<string, unknown>;
  const valueBytes = typeof dtype === 'string' ? VALUE_BYTES[dtype] : undefined;
  if (valueBytes === undefined) throw error('unsupported', where, `The dtype ${String(dtype)} is not known`);
  if (!isSizes(shape) || shape.length > MAX_SAFETENSORS_RANK) throw error('malformed', where, 'The shape is not valid');
  if (!isSizes(range) || range.length !== 2) throw error('malformed', where, 'data_offsets is not a pair of offsets');
  const [start, end] = range as [number, number];
  const bytes = shape.reduce((product, size) => product * size, valueBytes);
  if (end < start || end - start !== bytes) {
    throw error('malformed', where, `The shape needs ${bytes} bytes, data_offsets hold ${end - start}`);
  }
  if (dataOffset + end > source.size) {
    throw error('truncated', where, `Its data ends at byte ${dataOffset + end}, the file at ${source.size}`);
  }
  return { name, type: dtype as string, shape, source, offset: dataOffset + start, bytes };
}

/** Overlapping tensors are how a forged file makes a small download look like a large model. */
function checkOverlap(source: ByteSource, tensors: ReadonlyMap<string, PlacedTensor>): void {
  const sorted = [...tensors.values()].filter((tensor) => tensor.bytes > 0).sort((a, b) => a.offset - b.offset);
  for (let i = 1; i < sorted.length; i++) {
    const [before, tensor] = [sorted[i - 1] as PlacedTensor, sorted[i] as PlacedTensor];
    if (before.offset + before.bytes > tensor.offset) {
      throw error('malformed', source.name, `Tensors ${before.name} and ${tensor.name} overlap`);
    }
  }
}

function toFloat32(bytes: Uint8Array, tensor: PlacedTensor): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const read: Record<string, (at: number) => number> = {
    F32: (at) => view.getFloat32(at, true),
    F16: (at) => halfToFloat(view.getUint16(at, true)),
    BF16: (at) => bfloatToFloat(view.getUint16(at, true)),
  };
  const decode = read[tensor.type];
  if (decode === undefined) {
    throw error('unsupported', `tensor ${JSON.stringify(tensor.name)}`, `Weights of ${tensor.type} are not read`);
  }
  const size = VALUE_BYTES[tensor.type] as number;
  return Float32Array.from({ length: bytes.byteLength / size }, (_, i) => decode(i * size));
}

function readIndex(path: string): ReadonlyMap<string, string> {
  let bytes: Uint8Array;
  try {
    if (statSync(path).size > MAX_INDEX_BYTES) throw new Error(`larger than ${MAX_INDEX_BYTES} bytes`);
    bytes = readFileSync(path);
  } catch (cause) {
    throw error('file-unreadable', path, 'The shard index cannot be read', cause);
  }
  const entries = Object.entries((parseObject(path, bytes).weight_map ?? {}) as object);
  for (const [, shard] of entries) {
    // A shard named ../../etc/passwd would read outside the model's folder (CWE-22).
    if (typeof shard !== 'string' || basename(shard) !== shard || shard.includes('\\') || shard.startsWith('.')) {
      throw error('malformed', path, `${JSON.stringify(shard)} is not the name of a file beside the index`);
    }
  }
  return new Map(entries as [string, string][]);
}

function parseObject(where: string, bytes: Uint8Array): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
    throw new Error('not an object');
  } catch (cause) {
    throw error('malformed', where, 'The header is not a JSON object', cause);
  }
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}

function error(code: ModelExportError['code'], where: string, what: string, cause?: unknown): ModelExportError {
  const todo = 'The file is damaged or not a safetensors model: download it again and compare its sha256.';
  return new ModelExportError({ code, what, where, todo, cause });
}
