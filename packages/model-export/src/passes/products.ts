/** Finds the products of activations with constant matrices: what int8 makes fast. */
import { transpose } from '../llama/matrix.ts';
import type { Matrix } from '../llama/weights.ts';
import { DataType, type OnnxNode, type OnnxTensor } from '../onnx/model.ts';
import { activationNodes, isActivation } from '../surgery/attention.ts';
import type { GraphIndex } from '../surgery/graph-index.ts';
import { nestedGraphs } from '../surgery/graph-names.ts';
import { nodeLabel, unsupported } from '../surgery/refusal.ts';
import { blockWeights } from './block-weights.ts';
import { type ConstantLookup, constantLookup } from './constant-values.ts';

/** Matrices with fewer inputs stay float: they turn positions into angles, which eight bits cannot hold. */
const FEWEST_INPUTS = 16;

/** Multiply in integers already. */
const INTEGER_PRODUCTS: ReadonlySet<string> = new Set([
  'MatMulInteger',
  'MatMulIntegerToFloat',
  'QLinearMatMul',
  'QGemm',
  'DynamicQuantizeMatMul',
  'QAttention',
]);

/** Hold matrices of weights in a form that is not taken apart here. */
const WHOLE_BLOCKS: ReadonlySet<string> = new Set([
  'Attention',
  'PackedAttention',
  'Einsum',
  'Conv',
  'FusedGemm',
  'GemmFastGelu',
  'MoE',
  'QMoE',
]);

/** A product of activations with a constant matrix. */
export interface ConstantProduct {
  /** Position in the index. */
  readonly node: number;
  /** The activations, [..., columns]. */
  readonly input: string;
  readonly output: string;
  readonly matrix: Matrix; // [outputs, inputs]
  /** A value [outputs] that is added. */
  readonly bias: string | undefined;
  /** Whether the activations are a matrix by the operator's definition. */
  readonly flat: boolean;
}

/**
 * All products with constant matrices, in the graph's order.
 *
 * @param index of a graph whose external data is loaded
 * @throws ModelExportError `unsupported`, naming the node, where weights are multiplied in a way that is not understood: a
 * product that is passed over would stay slow without anybody knowing
 */
export function constantProducts(index: GraphIndex): ConstantProduct[] {
  const marks = activationNodes(index);
  const lookUp = constantLookup(index);
  const initializers = new Map(index.graph.initializers.map((tensor) => [tensor.name, tensor]));
  const products = index.nodes.flatMap((node, at) => {
    const [input = '', weights = ''] = node.inputs;
    if (nestedGraphs(node).some((graph) => graph.nodes.some((inner) => inner.opType === 'MatMul')))
      throw refused(node, 'It holds products in a nested graph');
    if (!isActivation(index, marks, input)) return [];
    if (INTEGER_PRODUCTS.has(node.opType)) throw refused(node, 'It multiplies in integers already');
    const constant = !isActivation(index, marks, weights);
    if (WHOLE_BLOCKS.has(node.opType) && constant) throw refused(node, 'It holds its weights inside a larger operator');
    const found = constant ? readProduct(node, lookUp, initializers) : undefined;
    if (found === undefined || found.matrix.columns < FEWEST_INPUTS) return [];
    return [{ ...found, node: at, input, output: node.outputs[0] as string }];
  });
  if (products.length > 0) return products;
  throw unsupported('No product with constant weights was found', 'the graph', 'Give a float export of a decoder.');
}

/** Whether a product computes in float16, by the type of its constants. */
export function isHalf(index: GraphIndex, product: ConstantProduct): boolean {
  const { inputs, opType } = index.nodes[product.node] as OnnxNode;
  const name = inputs[opType === 'MatMulNBits' ? 2 : 1];
  return elementType(index, name as string) === DataType.FLOAT16;
}

/** The element type of a constant behind identities, transpositions and casts. */
export function elementType(index: GraphIndex, name: string): number | undefined {
  const tensor = index.graph.initializers.find((candidate) => candidate.name === name);
  if (tensor !== undefined) return tensor.dataType;
  const node = index.nodes[index.producers.get(name) ?? -1];
  if (node === undefined) return undefined;
  const to = node.attributes.find((attribute) => attribute.name === 'to');
  if (node.opType === 'Cast' && to?.type === 'int') return Number(to.value);
  const value = node.attributes.find((attribute) => attribute.name === 'value');
  if (node.opType === 'Constant' && value?.type === 'tensor') return value.value.dataType;
  return elementType(index, node.inputs[0] as string);
}

function readProduct(
  node: OnnxNode,
  lookUp: ConstantLookup,
  initializers: ReadonlyMap<string, OnnxTensor>,
): Pick<ConstantProduct, 'matrix' | 'bias' | 'flat'> | undefined {
  const { opType, inputs } = node;
  if (opType === 'MatMulNBits')
    return { matrix: blockWeights(node, initializers), bias: inputs[5] || undefined, flat: false };
  if (opType !== 'MatMul' && opType !== 'FusedMatMul' && opType !== 'Gemm') return undefined;
  if (!isPlain(node)) throw refused(node, 'It scales or transposes more than its weights');
  const constant = lookUp(inputs[1] as string);
  if (constant === undefined) throw refused(node, 'Its weights are constant, but neither float32 nor float16');
  const [first, second] = constant.dims;
  if (constant.dims.length !== 2 || first === undefined || second === undefined)
    throw refused(node, `Its weights have ${constant.dims.length} dimensions`);
  const matrix = flag(node, 'transB')
    ? { rows: first, columns: second, values: constant.values }
    : { rows: second, columns: first, values: transpose({ rows: first, columns: second, values: constant.values }) };
  return { matrix, bias: opType === 'Gemm' ? inputs[2] || undefined : undefined, flat: opType === 'Gemm' };
}

function isPlain(node: OnnxNode): boolean {
  const one = (name: string): boolean => {
    const found = node.attributes.find((attribute) => attribute.name === name);
    return found === undefined || (found.type === 'float' && found.value === 1);
  };
  return one('alpha') && one('beta') && !['transA', 'transBatchA', 'transBatchB'].some((name) => flag(node, name));
}

function flag(node: OnnxNode, name: string): boolean {
  const found = node.attributes.find((attribute) => attribute.name === name);
  return found?.type === 'int' && found.value !== 0n;
}

function refused(node: OnnxNode, what: string): Error {
  return unsupported(
    `int8 does not fit this export: ${what.charAt(0).toLowerCase()}${what.slice(1)}`,
    nodeLabel(node),
    'Tap it without --int8, or give a plain float export.',
  );
}
