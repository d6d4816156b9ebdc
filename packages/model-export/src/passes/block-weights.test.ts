import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { DataType, type OnnxModel, type OnnxNode, type OnnxTensor } from '../onnx/model.ts';
import { floatTensor, uint8Tensor } from '../onnx/tensors.ts';
import { writeModel } from '../onnx/write.ts';
import { indexGraph } from '../surgery/graph-index.ts';
import { intAttribute } from '../surgery/nodes.ts';
import { tinyIds } from '../testing/tiny-model.ts';
import { blockWeights } from './block-weights.ts';
import { constantProducts } from './products.ts';

const [rows, columns, block] = [5, 96, 32];
const blocks = columns / block;

/** A product with random codes; zero points packed, as floats, or left out. */
function product(bits: 4 | 8, zero: 'packed' | 'floats' | 'none'): { model: OnnxModel; node: OnnxNode } {
  const bytes = (count: number, seed: number): Uint8Array => Uint8Array.from(tinyIds(count, 256, seed));
  const scales = Float32Array.from(tinyIds(rows * blocks, 100, 5), (value) => (value + 1) / 256);
  const initializers: OnnxTensor[] = [
    uint8Tensor('codes', [rows, blocks, (block * bits) / 8], bytes((rows * columns * bits) / 8, 3)),
    floatTensor('scales', [rows, blocks], scales),
  ];
  const perRow = Math.ceil((blocks * bits) / 8);
  if (zero === 'packed') initializers.push(uint8Tensor('zeros', [rows, perRow], bytes(rows * perRow, 9)));
  if (zero === 'floats') {
    const values = Float32Array.from(tinyIds(rows * blocks, 15, 9));
    initializers.push(floatTensor('zeros', [rows, blocks], values));
  }
  const inputs = ['x', 'codes', 'scales', ...(zero === 'none' ? [] : ['zeros'])];
  const attributes = [
    ...[intAttribute('N', rows), intAttribute('K', columns)],
    ...[intAttribute('bits', bits), intAttribute('block_size', block)],
  ];
  const node = { name: 'product', opType: 'MatMulNBits', domain: 'com.microsoft', inputs, outputs: ['y'], attributes };
  return { node, model: modelOf([node], initializers) };
}

function modelOf(nodes: readonly OnnxNode[], initializers: readonly OnnxTensor[]): OnnxModel {
  const info = (name: string, last: number) => ({ name, elementType: DataType.FLOAT, shape: ['rows', last] });
  return {
    irVersion: 10n,
    opsetImports: [
      { domain: '', version: 21n },
      { domain: 'com.microsoft', version: 1n },
    ],
    producerName: '',
    producerVersion: '',
    metadata: [],
    graph: {
      name: '',
      nodes,
      initializers,
      inputs: [info('x', columns)],
      outputs: [{ name: 'y', elementType: DataType.FLOAT }],
      valueInfo: [],
    },
  };
}

describe('block-quantised weights', () => {
  it.each([
    [4, 'packed'],
    [4, 'floats'],
    [4, 'none'],
    [8, 'packed'],
    [8, 'none'],
  ] as const)(
    'of %i bits, zero points %s, are widened to the values that ONNX Runtime multiplies with',
    async (bits, zero) => {
      const { model, node } = product(bits, zero);
      const session = await InferenceSession.create(writeModel(model), { logSeverityLevel: 4 });
      const identity = Float32Array.from({ length: columns * columns }, (_, i) => (i % (columns + 1) === 0 ? 1 : 0));
      const { y } = await session.run({ x: new Tensor('float32', identity, [columns, columns]) });
      await session.release();
      const matrix = blockWeights(node, new Map(model.graph.initializers.map((tensor) => [tensor.name, tensor])));
      const expected = y?.data as Float32Array; // [columns, rows]
      expect(matrix.values.some((value) => value !== 0)).toBe(true);
      for (const [i, value] of matrix.values.entries()) {
        const [row, column] = [Math.floor(i / columns), i % columns];
        expect(value).toBeCloseTo(expected[column * rows + row] as number, 5);
      }
    },
  );

  it('of two bits or in another order are refused', () => {
    const { model, node } = product(4, 'none');
    const initializers = new Map(model.graph.initializers.map((tensor) => [tensor.name, tensor]));
    const two = { ...node, attributes: [...node.attributes.filter((a) => a.name !== 'bits'), intAttribute('bits', 2)] };
    expect(() => blockWeights(two, initializers)).toThrow(/form that this version does not read/);
    const ordered = { ...node, inputs: [...node.inputs, '', 'scales'] };
    expect(() => blockWeights(ordered, initializers)).toThrow(/form that this version does not read/);
  });
});

describe('products', () => {
  const weights = floatTensor('w', [columns, rows], new Float32Array(columns * rows).fill(0.1));
  const node = (opType: string, attributes: OnnxNode['attributes'] = []): OnnxNode => {
    return { name: 'odd', opType, domain: '', inputs: ['x', 'w'], outputs: ['y'], attributes };
  };
  it.each([
    ['weights inside a larger operator', node('Einsum'), weights],
    ['integer products', node('MatMulInteger'), weights],
    ['scaled products', node('Gemm', [{ name: 'alpha', type: 'float', value: 2 }]), weights],
    ['transposed activations', node('Gemm', [intAttribute('transA', 1)]), weights],
    ['other types', node('MatMul'), { ...weights, dataType: DataType.BFLOAT16 }],
    ['more dimensions', node('MatMul'), { ...weights, dims: [1, columns, rows] }],
  ])('are refused rather than passed over: %s', (_, odd, constant) => {
    const { graph } = modelOf([odd], [constant]);
    expect(() => constantProducts(indexGraph(graph))).toThrow(/int8 does not fit this export/);
  });

  it('with few inputs stay float, and a graph without any other is refused', () => {
    const { graph } = modelOf([node('MatMul')], [{ ...weights, dims: [8, (columns * rows) / 8] }]);
    expect(() => constantProducts(indexGraph(graph))).toThrow(/No product with constant weights/);
  });
});
