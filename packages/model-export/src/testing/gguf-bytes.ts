/** Writes small GGUF files, whole or broken, for tests. */

/** One tensor to write; `dimensions` fastest first. */
export interface GgufTensorSpec {
  readonly name: string;
  readonly dimensions: readonly (number | bigint)[];
  readonly typeId?: number;
  readonly offset?: number | bigint;
}

/** Everything a header holds, each part replaceable by a lie. */
export interface GgufSpec {
  readonly magic?: string;
  readonly version?: number;
  readonly tensorCount?: number | bigint;
  readonly pairCount?: number | bigint;
  readonly pairs?: readonly Uint8Array[];
  readonly tensors?: readonly GgufTensorSpec[];
  readonly data?: Uint8Array;
}

/** The bytes of a GGUF file. */
export function ggufBytes(spec: GgufSpec): Uint8Array {
  const { pairs = [], tensors = [], data = new Uint8Array(0) } = spec;
  const header = Buffer.concat([
    Buffer.from(spec.magic ?? 'GGUF'),
    u32(spec.version ?? 3),
    u64(spec.tensorCount ?? tensors.length),
    u64(spec.pairCount ?? pairs.length),
    ...pairs,
    ...tensors.map((tensor) =>
      Buffer.concat([
        text(tensor.name),
        u32(tensor.dimensions.length),
        ...tensor.dimensions.map(u64),
        u32(tensor.typeId ?? 0),
        u64(tensor.offset ?? 0),
      ]),
    ),
  ]);
  const padding = Buffer.alloc((32 - (header.length % 32)) % 32);
  return Buffer.concat([header, padding, data]);
}

/** A metadata pair: key, type, encoded value. */
export function pair(key: string, type: number, value: Uint8Array): Uint8Array {
  return Buffer.concat([text(key), u32(type), value]);
}

/** A string with its length in front. */
export function text(value: string, length: number | bigint = Buffer.byteLength(value)): Uint8Array {
  return Buffer.concat([u64(length), Buffer.from(value)]);
}

/** Four bytes. */
export function u32(value: number): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

/** Eight bytes. */
export function u64(value: number | bigint): Uint8Array {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}
