/** Reads one protobuf message field by field, never past its end. */
import { type BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import { ModelExportError } from '../errors.ts';

/** What to do with each field of a message, by field number; fields that are not listed are skipped. */
export type FieldHandlers = Readonly<Record<number, (reader: BinaryReader, wireType: WireType) => void>>;

/** Reads the fields up to `end`; throws a RangeError where a field crosses it. */
export function readFields(reader: BinaryReader, end: number, handlers: FieldHandlers): void {
  while (reader.pos < end) {
    const [field, wireType] = reader.tag();
    const handler = handlers[field];
    if (handler === undefined) reader.skip(wireType, field);
    else handler(reader, wireType);
    if (reader.pos > end) throw new RangeError(`field ${field} crosses the end of its message`);
  }
}

/** Reads an embedded message that lies wholly inside the bytes. */
export function readMessage(reader: BinaryReader, handlers: FieldHandlers): void {
  readFields(reader, messageEnd(reader), handlers);
}

/** Reads a length and returns where the message that follows ends. */
export function messageEnd(reader: BinaryReader): number {
  const length = reader.uint32();
  const end = reader.pos + length;
  if (end > reader.len) throw new RangeError(`a message of ${length} bytes ends after the data`);
  return end;
}

/** Reads a repeated number that may be packed (one length and many values) or not (one value). */
export function readRepeated<T>(reader: BinaryReader, wireType: WireType, readOne: () => T, into: T[]): void {
  if (wireType !== WireType.LengthDelimited) {
    into.push(readOne());
    return;
  }
  const end = messageEnd(reader);
  while (reader.pos < end) into.push(readOne());
  if (reader.pos > end) throw new RangeError('a packed value crosses the end of its field');
}

/** A 64-bit value as bigint, whatever the platform's protobuf library returns. */
export function int64(reader: BinaryReader): bigint {
  return BigInt(reader.int64());
}

/** A size or dimension: a 64-bit value that must be a safe non-negative integer. */
export function size(reader: BinaryReader): number {
  const value = int64(reader);
  if (value >= 0n && value <= BigInt(Number.MAX_SAFE_INTEGER)) return Number(value);
  throw new ModelExportError({
    code: 'malformed',
    what: `${value} is not a size`,
    where: 'tensor shape',
    todo: 'The model is damaged or forged: export it again.',
  });
}
