/** Random access to bytes, in memory or in a file, so that a reader loads only the tensors it needs. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { ModelExportError } from '../errors.ts';

/** Bytes that can be read at any offset. */
export interface ByteSource {
  /** A name for error messages, such as the file's name. */
  readonly name: string;
  /** Size in bytes. */
  readonly size: number;
  /** The bytes [offset, offset + length); throws `truncated` where they do not all exist. */
  read(offset: number, length: number): Uint8Array;
  /** Releases the file handle, if there is one. */
  close(): void;
}

/** A byte source over bytes that are in memory already; reads are views, not copies. */
export function memorySource(bytes: Uint8Array, name = 'buffer'): ByteSource {
  return {
    name,
    size: bytes.byteLength,
    read(offset, length) {
      checkRange(name, bytes.byteLength, offset, length);
      return bytes.subarray(offset, offset + length);
    },
    close() {},
  };
}

/** A byte source over a file; throws `file-unreadable` when it cannot be opened. */
export function fileSource(path: string): ByteSource {
  let handle: number;
  let size: number;
  try {
    handle = openSync(path, 'r');
    const stat = fstatSync(handle);
    if (!stat.isFile()) throw new Error('not a regular file');
    size = stat.size;
  } catch (cause) {
    throw new ModelExportError({
      code: 'file-unreadable',
      what: 'The file cannot be opened',
      where: path,
      todo: 'Check that the path exists and may be read.',
      cause,
    });
  }
  return {
    name: path,
    size,
    read(offset, length) {
      checkRange(path, size, offset, length);
      const bytes = new Uint8Array(length);
      let done = 0;
      while (done < length) {
        const count = readSync(handle, bytes, done, length - done, offset + done);
        if (count === 0) throw truncated(path, offset, length, offset + done);
        done += count;
      }
      return bytes;
    },
    close() {
      closeSync(handle);
    },
  };
}

function checkRange(name: string, size: number, offset: number, length: number): void {
  const valid = Number.isSafeInteger(offset) && Number.isSafeInteger(length) && offset >= 0 && length >= 0;
  if (!valid || offset + length > size) throw truncated(name, offset, length, size);
}

function truncated(name: string, offset: number, length: number, size: number): ModelExportError {
  return new ModelExportError({
    code: 'truncated',
    what: `${length} bytes at offset ${offset} are needed, but the data ends at ${size}`,
    where: name,
    todo: 'The file is cut short or its header lies: download it again and compare its sha256.',
  });
}
