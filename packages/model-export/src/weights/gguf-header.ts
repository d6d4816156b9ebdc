/** Reads the header of a GGUF file (versions 2 and 3, little-endian): metadata and the table of tensors. */
import { ModelExportError } from '../errors.ts';
import type { ByteSource } from './byte-source.ts';
import { LittleEndianCursor } from './cursor.ts';
import type { MetadataValue } from './weight-source.ts';

/** Most metadata pairs read; keeps a forged count from filling memory (CWE-770). */
export const MAX_METADATA_PAIRS = 100_000;
/** Most tensors read; keeps a forged count from filling memory (CWE-770). */
export const MAX_TENSORS = 100_000;
/** Longest string in bytes, such as a chat template; keeps a forged length from a huge allocation (CWE-789). */
export const MAX_STRING_BYTES: number = 4 * 1024 * 1024;
/** Most elements of one metadata array, such as a vocabulary; keeps a forged count from filling memory (CWE-770). */
export const MAX_ARRAY_LENGTH: number = 4 * 1024 * 1024;
/** Deepest nesting of metadata arrays; keeps a forged file from overflowing the stack (CWE-674). */
export const MAX_ARRAY_DEPTH = 2;
/** GGML's own limit on dimensions (GGML_MAX_DIMS). */
export const MAX_DIMENSIONS = 4;
/** Longest tensor name in bytes, as ggml allows (GGML_MAX_NAME). */
export const MAX_TENSOR_NAME_BYTES = 64;
/** Largest alignment accepted; a forged one would overflow offsets (CWE-190). */
export const MAX_ALIGNMENT = 65_536;

const MAGIC = 0x46554747; // 'GGUF'
const DEFAULT_ALIGNMENT = 32;

/** One row of the tensor table, unchecked but for its own syntax. */
export interface GgufTensorEntry {
  readonly name: string;
  readonly typeId: number;
  /** As in the file: fastest dimension first. */
  readonly dimensions: readonly number[];
  /** From the start of the data section. */
  readonly offset: number;
}

/** Everything before the tensors' data. */
export interface GgufHeader {
  readonly version: number;
  readonly alignment: number;
  readonly metadata: ReadonlyMap<string, MetadataValue>;
  readonly entries: readonly GgufTensorEntry[];
  /** Offset of the data section from the start of the file. */
  readonly dataOffset: number;
}

/** Parses the header; throws `malformed`, `truncated`, `unsupported` or `limit-exceeded`. */
export function readGgufHeader(source: ByteSource): GgufHeader {
  const cursor = new LittleEndianCursor(source);
  if (cursor.u32() !== MAGIC) throw cursor.malformed('The file does not start with GGUF', 'Give a .gguf file.');
  const version = cursor.u32();
  if (version !== 2 && version !== 3) {
    throw new ModelExportError({
      code: 'unsupported',
      what: `GGUF version ${version} is not 2 or 3`,
      where: source.name,
      todo: 'Convert the file with a current llama.cpp; big-endian files are not read.',
    });
  }
  const tensorCount = cursor.count('tensor count', MAX_TENSORS);
  const pairCount = cursor.count('metadata count', MAX_METADATA_PAIRS);
  const metadata = readMetadata(cursor, pairCount);
  const entries = readEntries(cursor, tensorCount);
  const alignment = readAlignment(cursor, metadata);
  return { version, alignment, metadata, entries, dataOffset: Math.ceil(cursor.offset / alignment) * alignment };
}

function readMetadata(cursor: LittleEndianCursor, count: number): ReadonlyMap<string, MetadataValue> {
  const metadata = new Map<string, MetadataValue>();
  for (let i = 0; i < count; i++) {
    const key = cursor.string(MAX_STRING_BYTES);
    if (metadata.has(key)) throw cursor.malformed(`The metadata key ${JSON.stringify(key)} occurs twice`);
    metadata.set(key, readValue(cursor, cursor.u32(), 0));
  }
  return metadata;
}

function readValue(cursor: LittleEndianCursor, type: number, depth: number): MetadataValue {
  switch (type) {
    case 0:
      return cursor.u8();
    case 1:
      return cursor.i8();
    case 2:
      return cursor.u16();
    case 3:
      return cursor.i16();
    case 4:
      return cursor.u32();
    case 5:
      return cursor.i32();
    case 6:
      return cursor.f32();
    case 7:
      return cursor.u8() !== 0;
    case 8:
      return cursor.string(MAX_STRING_BYTES);
    case 9:
      return readArray(cursor, depth);
    case 10:
      return cursor.u64();
    case 11:
      return cursor.i64();
    case 12:
      return cursor.f64();
    default:
      throw cursor.malformed(`Metadata type ${type} does not exist`);
  }
}

function readArray(cursor: LittleEndianCursor, depth: number): readonly MetadataValue[] {
  if (depth >= MAX_ARRAY_DEPTH) throw cursor.limit(`Metadata arrays are nested deeper than ${MAX_ARRAY_DEPTH}`);
  const type = cursor.u32();
  const length = cursor.count('array length', MAX_ARRAY_LENGTH);
  const values: MetadataValue[] = [];
  for (let i = 0; i < length; i++) values.push(readValue(cursor, type, depth + 1));
  return values;
}

function readEntries(cursor: LittleEndianCursor, count: number): readonly GgufTensorEntry[] {
  const entries: GgufTensorEntry[] = [];
  const seen = new Set<string>();
  for (let i = 0; i < count; i++) {
    const name = cursor.string(MAX_TENSOR_NAME_BYTES);
    if (seen.has(name)) throw cursor.malformed(`The tensor name ${JSON.stringify(name)} occurs twice`);
    seen.add(name);
    const rank = cursor.u32();
    if (rank > MAX_DIMENSIONS) throw cursor.limit(`Tensor ${JSON.stringify(name)} has ${rank} dimensions`);
    const dimensions: number[] = [];
    for (let d = 0; d < rank; d++) dimensions.push(cursor.count('dimension', Number.MAX_SAFE_INTEGER));
    const typeId = cursor.u32();
    const offset = cursor.count('tensor offset', Number.MAX_SAFE_INTEGER);
    entries.push({ name, typeId, dimensions, offset });
  }
  return entries;
}

function readAlignment(cursor: LittleEndianCursor, metadata: ReadonlyMap<string, MetadataValue>): number {
  const value = metadata.get('general.alignment') ?? DEFAULT_ALIGNMENT;
  const valid = typeof value === 'number' && value >= 8 && value <= MAX_ALIGNMENT && value % 8 === 0;
  if (!valid)
    throw cursor.malformed(`general.alignment is ${String(value)}, not a multiple of 8 up to ${MAX_ALIGNMENT}`);
  return value;
}
