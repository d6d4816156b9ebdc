/** GGML's block formats to float32, bit for bit as gguf-py gives them (every step rounded to float32). */
import { bfloatToFloat, halfToFloat } from './float16.ts';

/** A GGML storage type: its name, and how many bytes hold how many values. */
export interface BlockType {
  readonly name: string;
  readonly blockValues: number;
  readonly blockBytes: number;
  /** Writes one block's values to `out` at `to`. */
  readonly decode: (view: DataView, at: number, out: Float32Array, to: number) => void;
}

const K_BLOCK = 256;
const round = Math.fround;

/** The GGML types that this package reads, by type id (ggml.h, `enum ggml_type`). */
export const BLOCK_TYPES: ReadonlyMap<number, BlockType> = new Map([
  [0, { name: 'F32', blockValues: 1, blockBytes: 4, decode: decodeF32 }],
  [1, { name: 'F16', blockValues: 1, blockBytes: 2, decode: decodeF16 }],
  [2, { name: 'Q4_0', blockValues: 32, blockBytes: 18, decode: decodeQ4x0 }],
  [3, { name: 'Q4_1', blockValues: 32, blockBytes: 20, decode: decodeQ4x1 }],
  [6, { name: 'Q5_0', blockValues: 32, blockBytes: 22, decode: decodeQ5x0 }],
  [7, { name: 'Q5_1', blockValues: 32, blockBytes: 24, decode: decodeQ5x1 }],
  [8, { name: 'Q8_0', blockValues: 32, blockBytes: 34, decode: decodeQ8x0 }],
  [12, { name: 'Q4_K', blockValues: K_BLOCK, blockBytes: 144, decode: decodeQ4K }],
  [13, { name: 'Q5_K', blockValues: K_BLOCK, blockBytes: 176, decode: decodeQ5K }],
  [14, { name: 'Q6_K', blockValues: K_BLOCK, blockBytes: 210, decode: decodeQ6K }],
  [30, { name: 'BF16', blockValues: 1, blockBytes: 2, decode: decodeBF16 }],
]);

/** Decodes `count` values (a multiple of the type's block) from `bytes`. */
export function dequantize(type: BlockType, bytes: Uint8Array, count: number): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const out = new Float32Array(count);
  for (let block = 0; block * type.blockValues < count; block++) {
    type.decode(view, block * type.blockBytes, out, block * type.blockValues);
  }
  return out;
}

function decodeF32(view: DataView, at: number, out: Float32Array, to: number): void {
  out[to] = view.getFloat32(at, true);
}

function decodeF16(view: DataView, at: number, out: Float32Array, to: number): void {
  out[to] = half(view, at);
}

function decodeBF16(view: DataView, at: number, out: Float32Array, to: number): void {
  out[to] = bfloatToFloat(view.getUint16(at, true));
}

function decodeQ4x0(view: DataView, at: number, out: Float32Array, to: number): void {
  const scale = half(view, at);
  for (let i = 0; i < 16; i++) {
    const byte = view.getUint8(at + 2 + i);
    out[to + i] = scale * ((byte & 15) - 8);
    out[to + 16 + i] = scale * ((byte >> 4) - 8);
  }
}

function decodeQ4x1(view: DataView, at: number, out: Float32Array, to: number): void {
  const scale = half(view, at);
  const minimum = half(view, at + 2);
  for (let i = 0; i < 16; i++) {
    const byte = view.getUint8(at + 4 + i);
    out[to + i] = round(scale * (byte & 15)) + minimum;
    out[to + 16 + i] = round(scale * (byte >> 4)) + minimum;
  }
}

function decodeQ5x0(view: DataView, at: number, out: Float32Array, to: number): void {
  const scale = half(view, at);
  const high = view.getUint32(at + 2, true);
  for (let i = 0; i < 16; i++) {
    const byte = view.getUint8(at + 6 + i);
    out[to + i] = scale * (((byte & 15) | (((high >>> i) & 1) << 4)) - 16);
    out[to + 16 + i] = scale * (((byte >> 4) | (((high >>> (i + 16)) & 1) << 4)) - 16);
  }
}

function decodeQ5x1(view: DataView, at: number, out: Float32Array, to: number): void {
  const scale = half(view, at);
  const minimum = half(view, at + 2);
  const high = view.getUint32(at + 4, true);
  for (let i = 0; i < 16; i++) {
    const byte = view.getUint8(at + 8 + i);
    out[to + i] = round(scale * ((byte & 15) | (((high >>> i) & 1) << 4))) + minimum;
    out[to + 16 + i] = round(scale * ((byte >> 4) | (((high >>> (i + 16)) & 1) << 4))) + minimum;
  }
}

function decodeQ8x0(view: DataView, at: number, out: Float32Array, to: number): void {
  const scale = half(view, at);
  for (let i = 0; i < 32; i++) out[to + i] = scale * view.getInt8(at + 2 + i);
}

function decodeQ4K(view: DataView, at: number, out: Float32Array, to: number): void {
  for (let group = 0; group < 8; group++) {
    const { scale, minimum } = groupScale(view, at, group);
    for (let i = 0; i < 32; i++) {
      const byte = view.getUint8(at + 16 + (group >> 1) * 32 + i);
      out[to + group * 32 + i] = round(scale * (group & 1 ? byte >> 4 : byte & 15)) - minimum;
    }
  }
}

function decodeQ5K(view: DataView, at: number, out: Float32Array, to: number): void {
  for (let group = 0; group < 8; group++) {
    const { scale, minimum } = groupScale(view, at, group);
    for (let i = 0; i < 32; i++) {
      const byte = view.getUint8(at + 48 + (group >> 1) * 32 + i);
      const high = (view.getUint8(at + 16 + i) >> group) & 1;
      out[to + group * 32 + i] = round(scale * ((group & 1 ? byte >> 4 : byte & 15) | (high << 4))) - minimum;
    }
  }
}

/** Scale and minimum of one of the 8 groups of a Q4_K or Q5_K block: 6 bits each, packed in 12 bytes. */
function groupScale(view: DataView, at: number, group: number): { scale: number; minimum: number } {
  const byte = (i: number): number => view.getUint8(at + 4 + i);
  const scale = group < 4 ? byte(group) & 63 : (byte(group + 4) & 15) | ((byte(group - 4) >> 6) << 4);
  const minimum = group < 4 ? byte(group + 4) & 63 : (byte(group + 4) >> 4) | ((byte(group) >> 6) << 4);
  return { scale: round(half(view, at) * scale), minimum: round(half(view, at + 2) * minimum) };
}

function decodeQ6K(view: DataView, at: number, out: Float32Array, to: number): void {
  const scale = half(view, at + 208);
  for (let i = 0; i < K_BLOCK; i++) {
    const part = i >> 7; // two halves of 128 values
    const row = (i >> 5) & 3; // four rows of 32 in each half
    const low = view.getUint8(at + part * 64 + (row & 1) * 32 + (i & 31));
    const high = view.getUint8(at + 128 + part * 32 + (i & 31));
    const value = ((row < 2 ? low & 15 : low >> 4) | (((high >> (row * 2)) & 3) << 4)) - 32;
    out[to + i] = round(scale * view.getInt8(at + 192 + (i >> 4))) * value;
  }
}

function half(view: DataView, at: number): number {
  return halfToFloat(view.getUint16(at, true));
}
