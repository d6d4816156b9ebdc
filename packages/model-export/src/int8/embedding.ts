/** The token embedding in 8 or 4 bits: blocks of 32 values with one half-precision scale, read by GatherBlockQuantized. */
import { ModelExportError } from '../errors.ts';
import { MICROSOFT } from '../llama/float-arithmetic.ts';
import type { Matrix } from '../llama/weights.ts';
import type { GraphBuilder } from '../onnx/graph-builder.ts';
import { DataType } from '../onnx/model.ts';
import { halfTensor, uint8Tensor } from '../onnx/tensors.ts';
import { floatToHalf, halfToFloat } from '../weights/float16.ts';

/** Values that share a scale, as in GGUF's Q8_0. */
export const EMBEDDING_BLOCK = 32;

/** Bits of one embedding value. */
export type EmbeddingBits = 4 | 8;

/** A block-quantised table; values are (code - 2^(bits - 1)) x scale. */
export interface QuantizedEmbedding {
  readonly bits: EmbeddingBits;
  readonly rows: number;
  readonly columns: number;
  readonly codes: Uint8Array; // [rows, columns], one code a byte
  readonly scales: Float32Array; // [rows, columns / 32], each a half's value
}

/**
 * Rounds a table to blocks. In 8 bits a table that came from Q8_0 is kept exactly: its largest value is 127 scales.
 * Throws `unsupported` where rows are not whole blocks.
 */
export function quantizeEmbedding({ rows, columns, values }: Matrix, bits: EmbeddingBits): QuantizedEmbedding {
  if (columns % EMBEDDING_BLOCK !== 0) {
    throw new ModelExportError({
      code: 'unsupported',
      what: `Rows of ${columns} are not whole blocks of ${EMBEDDING_BLOCK}`,
      where: 'token embedding',
      todo: 'Build the fp32 variant of this model.',
    });
  }
  const middle = 2 ** (bits - 1);
  const codes = new Uint8Array(values.length);
  const scales = new Float32Array(values.length / EMBEDDING_BLOCK);
  for (let block = 0; block < scales.length; block++) {
    const start = block * EMBEDDING_BLOCK;
    const part = values.subarray(start, start + EMBEDDING_BLOCK);
    const scale = bits === 8 ? eightBitScale(part) : fourBitScale(part);
    scales[block] = scale;
    for (let i = 0; i < EMBEDDING_BLOCK; i++) {
      const code = scale === 0 ? 0 : Math.round((part[i] as number) / scale);
      codes[start + i] = middle + Math.max(-middle, Math.min(middle - 1, code));
    }
  }
  return { bits, rows, columns, codes, scales };
}

/** Adds the lookup of `ids` to a graph. Scales are stored as halves and widened once, when the session is made. */
export function gatherEmbedding(graph: GraphBuilder, embedding: QuantizedEmbedding, ids: string): string {
  const { bits, rows, columns, codes, scales } = embedding;
  const data = bits === 8 ? codes : packPairs(codes);
  const table = graph.constant(uint8Tensor('embedding', [rows, (columns * bits) / 8], data));
  const halves = graph.constant(halfTensor('embedding.scales', [rows, columns / EMBEDDING_BLOCK], scales));
  const floats = graph.node('Cast', [halves], { attributes: { to: DataType.FLOAT } });
  const attributes = { gather_axis: 0, quantize_axis: 1, block_size: EMBEDDING_BLOCK, bits };
  return graph.node('GatherBlockQuantized', [table, ids, floats], { domain: MICROSOFT, attributes });
}

/** The half-precision scale that gives Q8_0 values back unchanged, or the usual largest / 127. */
function eightBitScale(part: Float32Array): number {
  const largest = part.reduce((size, value) => Math.max(size, Math.abs(value)), 0);
  return toHalf(largest / 127);
}

/** The largest value becomes -8, the end of the range with one step more (as GGUF's Q4_0 does). */
function fourBitScale(part: Float32Array): number {
  const extreme = part.reduce((found, value) => (Math.abs(value) > Math.abs(found) ? value : found), 0);
  return toHalf(extreme / -8);
}

function toHalf(value: number): number {
  return halfToFloat(floatToHalf(value));
}

function packPairs(codes: Uint8Array): Uint8Array {
  return Uint8Array.from(
    { length: codes.length / 2 },
    (_, i) => (codes[2 * i] as number) | ((codes[2 * i + 1] as number) << 4),
  );
}
