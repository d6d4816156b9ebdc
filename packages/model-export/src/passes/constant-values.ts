/** Finds the numbers of a constant, wherever an exporter put them: behind a cast, a transposition, in a Constant node. */
import { transpose } from '../llama/matrix.ts';
import { DataType, type OnnxNode, type OnnxTensor } from '../onnx/model.ts';
import { tensorFloats } from '../onnx/tensors.ts';
import type { GraphIndex } from '../surgery/graph-index.ts';
import { halfToFloat } from '../weights/float16.ts';

/** Nodes between a constant and its reader; exporters put two at most. */
const MAX_STEPS = 8;

/** A constant of floats, row-major. */
export interface ConstantValues {
  readonly dims: readonly number[];
  readonly values: Float32Array;
}

/** Looks constants up by name: undefined for what is no constant of float32 or float16. */
export type ConstantLookup = (name: string) => ConstantValues | undefined;

/** A lookup over a graph whose external data is loaded. */
export function constantLookup(index: GraphIndex): ConstantLookup {
  const initializers = new Map(index.graph.initializers.map((tensor) => [tensor.name, tensor]));
  const lookUp = (name: string, steps: number): ConstantValues | undefined => {
    const tensor = initializers.get(name);
    if (tensor !== undefined) return floatsOf(tensor);
    const node = index.nodes[index.producers.get(name) ?? -1];
    if (node === undefined || steps === MAX_STEPS) return undefined;
    if (node.opType === 'Constant') return constantNode(node);
    const source = lookUp(node.inputs[0] ?? '', steps + 1);
    if (source === undefined) return undefined;
    if (node.opType === 'Cast' || node.opType === 'Identity') return source;
    return node.opType === 'Transpose' && source.dims.length === 2 ? transposed(source) : undefined;
  };
  return (name) => lookUp(name, 0);
}

/** The values of a float32 or float16 tensor that lies in the model; undefined for any other. */
export function floatsOf(tensor: OnnxTensor): ConstantValues | undefined {
  const { dataType, dims, bytes } = tensor;
  if (bytes === undefined) return undefined;
  if (dataType === DataType.FLOAT) return { dims, values: tensorFloats(tensor) };
  if (dataType !== DataType.FLOAT16) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const values = Float32Array.from({ length: bytes.byteLength / 2 }, (_, i) =>
    halfToFloat(view.getUint16(2 * i, true)),
  );
  return { dims, values };
}

function constantNode(node: OnnxNode): ConstantValues | undefined {
  const value = node.attributes.find(({ name }) => name === 'value');
  return value?.type === 'tensor' ? floatsOf(value.value) : undefined;
}

/** Of a matrix: a permutation of two axes is a transposition. */
function transposed({ dims, values }: ConstantValues): ConstantValues {
  const [rows, columns] = dims as [number, number];
  return { dims: [columns, rows], values: transpose({ rows, columns, values }) };
}
