/** Reads and writes safetensors, the container of a codebook: an 8-byte header length, a JSON header, the raw tensors. */
import { FirewallError } from '../errors.ts';

/** Most bytes a header may claim; keeps a hostile length from allocating memory (CWE-789). The format's own bound is 100 MB. */
const maxHeaderBytes = 4_000_000;

/** Element types that a codebook uses. */
export type TensorType = 'F32' | 'I8';

/** One named array; `data` has as many elements as `shape` multiplies to. */
export interface Tensor {
  readonly type: TensorType;
  readonly shape: readonly number[];
  readonly data: Float32Array | Int8Array;
}

/** Named tensors and the header's string metadata. */
export interface SafetensorsFile {
  readonly metadata: Readonly<Record<string, string>>;
  readonly tensors: ReadonlyMap<string, Tensor>;
}

const elementBytes: Record<TensorType, number> = { F32: 4, I8: 1 };

/**
 * Parses a safetensors file; every offset is checked against the file.
 *
 * @throws FirewallError `codebook-invalid`
 * @see https://github.com/huggingface/safetensors (format section)
 */
export function readSafetensors(bytes: Uint8Array, where: string): SafetensorsFile {
  const invalid = (message: string): FirewallError =>
    new FirewallError('codebook-invalid', {
      message,
      where,
      hint: 'Fetch the codebook again, or train a new one with `alknet-firewall train`.',
    });
  if (bytes.byteLength < 8) throw invalid('The file is shorter than a safetensors header');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerBytes = Number(view.getBigUint64(0, true));
  if (headerBytes > maxHeaderBytes || headerBytes > bytes.byteLength - 8) {
    throw invalid('The safetensors header is longer than the file or the limit');
  }
  const header = parseHeader(bytes.subarray(8, 8 + headerBytes), invalid);
  const payload = bytes.subarray(8 + headerBytes);
  const { __metadata__: metadata = {}, ...entries } = header;
  if (!isStringRecord(metadata)) throw invalid('The safetensors metadata is not a map of strings');
  const tensors = new Map(
    Object.entries(entries).map(([name, entry]) => [name, readTensor(name, entry, payload, invalid)]),
  );
  return { metadata, tensors };
}

/** Writes tensors and metadata; the same input gives the same bytes. */
export function writeSafetensors({ metadata, tensors }: SafetensorsFile): Uint8Array {
  const header: Record<string, unknown> = { __metadata__: metadata };
  let offset = 0;
  const ordered = [...tensors].sort(
    ([a, x], [b, y]) => elementBytes[y.type] - elementBytes[x.type] || (a < b ? -1 : a > b ? 1 : 0),
  );
  for (const [name, { type, shape, data }] of ordered) {
    header[name] = { dtype: type, shape, data_offsets: [offset, offset + data.byteLength] };
    offset += data.byteLength;
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  const headerBytes = Math.ceil(json.length / 8) * 8;
  const out = new Uint8Array(8 + headerBytes + offset).fill(0x20, 8, 8 + headerBytes);
  new DataView(out.buffer).setBigUint64(0, BigInt(headerBytes), true);
  out.set(json, 8);
  let at = 8 + headerBytes;
  for (const [, { data }] of ordered) {
    out.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return out;
}

function parseHeader(bytes: Uint8Array, invalid: (message: string) => FirewallError): Record<string, unknown> {
  try {
    const header: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    if (typeof header === 'object' && header !== null && !Array.isArray(header))
      return header as Record<string, unknown>;
  } catch {
    // reported below
  }
  throw invalid('The safetensors header is not a JSON object');
}

function readTensor(
  name: string,
  entry: unknown,
  payload: Uint8Array,
  invalid: (message: string) => FirewallError,
): Tensor {
  const { dtype, shape, data_offsets: offsets } = (entry ?? {}) as Record<string, unknown>;
  if (dtype !== 'F32' && dtype !== 'I8') throw invalid(`Tensor ${name} has a type other than F32 and I8`);
  if (!isSizes(shape)) throw invalid(`Tensor ${name} has no valid shape`);
  if (!isSizes(offsets) || offsets.length !== 2) throw invalid(`Tensor ${name} has no valid offsets`);
  const [start, end] = offsets as [number, number];
  const bytes = shape.reduce((product, size) => product * size, elementBytes[dtype]);
  if (end > payload.byteLength || end - start !== bytes)
    throw invalid(`Tensor ${name} does not fit its place in the file`);
  // A Buffer's own slice() would be a view: the copy must start at offset 0 of its own memory.
  const copy = new Uint8Array(payload.subarray(start, end));
  return { type: dtype, shape, data: dtype === 'F32' ? new Float32Array(copy.buffer) : new Int8Array(copy.buffer) };
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}

function isStringRecord(value: unknown): value is Record<string, string> {
  return (
    typeof value === 'object' && value !== null && Object.values(value).every((entry) => typeof entry === 'string')
  );
}
