/** Reads a StringStringEntryProto. */
import type { BinaryReader } from '@bufbuild/protobuf/wire';
import { readMessage } from './fields.ts';
import type { StringStringEntry } from './model.ts';

/** Reads a key and its value. */
export function readEntry(reader: BinaryReader): StringStringEntry {
  let key = '';
  let value = '';
  readMessage(reader, {
    1: () => {
      key = reader.string();
    },
    2: () => {
      value = reader.string();
    },
  });
  return { key, value };
}
