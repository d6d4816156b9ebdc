/** Widens the block-quantised weights of MatMulNBits, exactly: (code - zero point) x scale, as its own kernel does. */
import type { Matrix } from '../llama/weights.ts';
import { DataType, type OnnxNode, type OnnxTensor } from '../onnx/model.ts';
import { nodeLabel, unsupported } from '../surgery/refusal.ts';
import { floatsOf } from './constant-values.ts';

/**
 * The matrix of a MatMulNBits node, [N outputs, K inputs].
 *
 * @throws ModelExportError `unsupported` for other widths than 4 and 8 bits, a column order, or constants of other shapes
 * @see https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md#com.microsoft.MatMulNBits
 */
export function blockWeights(node: OnnxNode, initializers: ReadonlyMap<string, OnnxTensor>): Matrix {
  const [rows, columns, block, bits] = ['N', 'K', 'block_size', 'bits'].map((name) => attribute(node, name)) as [
    number,
    number,
    number,
    number,
  ];
  const [, codesName = '', scalesName = '', zeroName = '', orderName = ''] = node.inputs;
  const blocks = Math.ceil(columns / block);
  const perByte = 8 / bits;
  const codes = initializers.get(codesName);
  const scaleTensor = initializers.get(scalesName);
  const scales = scaleTensor === undefined ? undefined : floatsOf(scaleTensor)?.values;
  if (
    (bits !== 4 && bits !== 8) ||
    orderName !== '' ||
    codes?.dataType !== DataType.UINT8 ||
    codes.bytes?.byteLength !== (rows * blocks * block) / perByte ||
    scales?.length !== rows * blocks
  ) {
    throw notReadable(node);
  }
  const zeroPoint = zeroPoints(node, initializers.get(zeroName), zeroName, { rows, blocks, bits });
  const bytes = codes.bytes;
  const values = new Float32Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const at = row * blocks * block + column;
      const place = Math.floor(column / block);
      const code = unpack(bytes, at, bits);
      values[row * columns + column] = (code - zeroPoint(row, place)) * (scales[row * blocks + place] as number);
    }
  }
  return { rows, columns, values };
}

/** Packed codes in rows of whole bytes, floats one a block, or the middle of the range where absent. */
function zeroPoints(
  node: OnnxNode,
  tensor: OnnxTensor | undefined,
  name: string,
  { rows, blocks, bits }: { rows: number; blocks: number; bits: number },
): (row: number, block: number) => number {
  if (name === '') return () => 2 ** (bits - 1);
  const perRow = Math.ceil((blocks * bits) / 8);
  if (tensor?.dataType === DataType.UINT8 && tensor.bytes?.byteLength === rows * perRow) {
    const bytes = tensor.bytes;
    return (row, block) => unpack(bytes, row * perRow * (8 / bits) + block, bits);
  }
  const floats = tensor === undefined ? undefined : floatsOf(tensor)?.values;
  if (floats?.length !== rows * blocks) throw notReadable(node);
  return (row, block) => floats[row * blocks + block] as number;
}

/** Two 4-bit codes a byte, the first in the low bits. */
function unpack(bytes: Uint8Array, at: number, bits: number): number {
  if (bits === 8) return bytes[at] as number;
  const byte = bytes[at >> 1] as number;
  return at % 2 === 0 ? byte & 15 : byte >> 4;
}

function attribute(node: OnnxNode, name: string): number {
  const found = node.attributes.find((candidate) => candidate.name === name);
  return found?.type === 'int' ? Number(found.value) : name === 'bits' ? 4 : 0;
}

function notReadable(node: OnnxNode): Error {
  return unsupported(
    'Its quantised weights have a form that this version does not read',
    nodeLabel(node),
    'Give the export in float32 or float16.',
  );
}
