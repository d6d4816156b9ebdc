/** Reads little-endian values one after the other from a byte source, never past its end. */
import { ModelExportError } from '../errors.ts';
import type { ByteSource } from './byte-source.ts';

/** Bytes fetched at a time, so that a header of a million strings is not a million file reads. */
const CHUNK_BYTES = 1024 * 1024;
const DAMAGED = 'The file is damaged or forged: download it again and compare its sha256.';

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** A position in a byte source that moves as values are read. Every method throws `truncated` at the end. */
export class LittleEndianCursor {
  offset = 0;
  private chunk: DataView = new DataView(new ArrayBuffer(0));
  private chunkStart = 0;
  private readonly source: ByteSource;

  constructor(source: ByteSource) {
    this.source = source;
  }

  u8(): number {
    return this.next(1, (view, at) => view.getUint8(at));
  }
  i8(): number {
    return this.next(1, (view, at) => view.getInt8(at));
  }
  u16(): number {
    return this.next(2, (view, at) => view.getUint16(at, true));
  }
  i16(): number {
    return this.next(2, (view, at) => view.getInt16(at, true));
  }
  u32(): number {
    return this.next(4, (view, at) => view.getUint32(at, true));
  }
  i32(): number {
    return this.next(4, (view, at) => view.getInt32(at, true));
  }
  u64(): bigint {
    return this.next(8, (view, at) => view.getBigUint64(at, true));
  }
  i64(): bigint {
    return this.next(8, (view, at) => view.getBigInt64(at, true));
  }
  f32(): number {
    return this.next(4, (view, at) => view.getFloat32(at, true));
  }
  f64(): number {
    return this.next(8, (view, at) => view.getFloat64(at, true));
  }

  /** A 64-bit count that may not be over `limit`. */
  count(what: string, limit: number): number {
    const value = this.u64();
    if (value > BigInt(limit)) throw this.limit(`The ${what} ${value} is over ${limit}`);
    return Number(value);
  }

  /** A string with a 64-bit length in front, at most `limit` bytes of valid UTF-8. */
  string(limit: number): string {
    const length = this.count('string length', limit);
    const at = this.take(length);
    try {
      return utf8.decode(new Uint8Array(this.chunk.buffer, this.chunk.byteOffset + at, length));
    } catch (cause) {
      throw this.malformed('A string is not valid UTF-8', DAMAGED, cause);
    }
  }

  malformed(what: string, todo: string = DAMAGED, cause?: unknown): ModelExportError {
    return new ModelExportError({ code: 'malformed', what, where: this.place(), todo, cause });
  }

  limit(what: string): ModelExportError {
    return new ModelExportError({ code: 'limit-exceeded', what, where: this.place(), todo: DAMAGED });
  }

  private next<T>(length: number, get: (view: DataView, at: number) => T): T {
    const at = this.take(length); // may replace the chunk, so it comes first
    return get(this.chunk, at);
  }

  private place(): string {
    return `${this.source.name}, byte ${this.offset}`;
  }

  /** Makes the next `length` bytes part of the chunk and steps over them; returns where they start in the chunk. */
  private take(length: number): number {
    let at = this.offset - this.chunkStart;
    if (at + length > this.chunk.byteLength) {
      const available = Math.max(length, Math.min(CHUNK_BYTES, this.source.size - this.offset));
      const bytes = this.source.read(this.offset, available);
      this.chunk = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      this.chunkStart = this.offset;
      at = 0;
    }
    this.offset += length;
    return at;
  }
}
