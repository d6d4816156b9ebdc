/** The processor's int8 peak as ONNX Runtime reaches it, and how near our matrix products come to it. */
import { readFileSync } from 'node:fs';
import { DataType, readModel, writeModel } from '@alknet/firewall-model-export';
import { activationFeeds, graphFile, profile, runtime } from './runtime.mjs';
import { median } from './statistics.mjs';

/** [rows, inner, columns] of the products that are tried: large and small, deep and shallow. */
const shapes = [
  [128, 576, 1536],
  [128, 768, 3072],
  [256, 1024, 1024],
  [256, 1024, 4096],
  [512, 768, 3072],
  [512, 2048, 2048],
];

const matrixOperators = new Set(['MatMulIntegerToFloat', 'DynamicQuantizeMatMul', 'MatMulNBits', 'MatMulInteger']);

/**
 * The best rate of one MatMulIntegerToFloat over the shapes, and the rate of the shipped graph's matrix products at `tokens`
 * tokens; in turn, `rounds` times, medians. Rates are 10^9 multiplications and additions a second.
 */
export async function measurePeak(tokens, rounds, runs) {
  const graphs = shapes.map(([rows, inner, columns]) => ({ rows, inner, columns, bytes: oneProduct(inner, columns) }));
  const rates = shapes.map(() => []);
  const ours = [];
  for (let round = 0; round < rounds; round++) {
    for (const [i, { rows, inner, columns, bytes }] of graphs.entries()) {
      const codes = new runtime.Tensor(
        'uint8',
        Uint8Array.from({ length: rows * inner }, (_, j) => (j * 31) % 251),
        [rows, inner],
      );
      const { nodes } = await profile(bytes, { codes }, runs);
      rates[i].push((2 * rows * inner * columns) / nodes[0].ms / 1e6);
    }
    ours.push(await profile(graphFile, activationFeeds(tokens), runs));
  }
  const tried = shapes.map((shape, i) => ({ shape, gops: median(rates[i]) }));
  const peak = tried.reduce((best, one) => (one.gops > best.gops ? one : best));
  const operations = productOperations(tokens);
  const products = median(
    ours.map(({ nodes }) => total(nodes.filter(({ operator }) => matrixOperators.has(operator)))),
  );
  return {
    tokens,
    tried,
    peak,
    operations,
    productsMs: products,
    productsGops: operations / products / 1e6,
    productsShareOfPeak: operations / products / 1e6 / peak.gops,
    leastMs: operations / peak.gops / 1e6,
    operators: byOperator(ours),
    kernelsMs: median(ours.map(({ nodes }) => total(nodes))),
  };
}

/** Multiplications and additions in products with a constant matrix. */
function productOperations(tokens) {
  const { nodes, initializers } = readModel(readFileSync(graphFile)).graph;
  const constants = new Map(initializers.map((tensor) => [tensor.name, tensor.dims]));
  return nodes
    .filter(({ opType }) => matrixOperators.has(opType))
    .map(({ inputs }) => constants.get(inputs[1]).reduce((product, size) => product * size, 2 * tokens))
    .reduce((sum, count) => sum + count, 0);
}

function byOperator(profiles) {
  const names = [...new Set(profiles[0].nodes.map(({ operator }) => operator))];
  return names
    .map((operator) => ({
      operator,
      nodes: profiles[0].nodes.filter((node) => node.operator === operator).length,
      ms: median(profiles.map(({ nodes }) => total(nodes.filter((node) => node.operator === operator)))),
    }))
    .sort((a, b) => b.ms - a.ms);
}

function total(nodes) {
  return nodes.reduce((sum, { ms }) => sum + ms, 0);
}

/** A graph of one product with int8 weights: `codes` uint8 [rows, inner] to float32 [rows, columns]. */
function oneProduct(inner, columns) {
  const tensor = (name, dataType, dims, bytes) => ({ name, dataType, dims, bytes });
  const weights = Uint8Array.from({ length: inner * columns }, (_, i) => (i * 37) % 127);
  const initializers = [
    tensor('weights', DataType.INT8, [inner, columns], weights),
    tensor('unit', DataType.FLOAT, [], new Uint8Array(Float32Array.of(1).buffer)),
    tensor('scales', DataType.FLOAT, [columns], new Uint8Array(new Float32Array(columns).fill(0.01).buffer)),
    tensor('zero', DataType.UINT8, [], Uint8Array.of(128)),
  ];
  const product = {
    name: 'product',
    opType: 'MatMulIntegerToFloat',
    domain: 'com.microsoft',
    inputs: ['codes', 'weights', 'unit', 'scales', 'zero'],
    outputs: ['product'],
    attributes: [],
  };
  return writeModel({
    irVersion: 10n,
    opsetImports: [
      { domain: '', version: 21n },
      { domain: 'com.microsoft', version: 1n },
    ],
    producerName: 'benchmark',
    producerVersion: '',
    metadata: [],
    graph: {
      name: 'product',
      nodes: [product],
      initializers,
      inputs: [{ name: 'codes', elementType: DataType.UINT8, shape: ['rows', inner] }],
      outputs: [{ name: 'product', elementType: DataType.FLOAT, shape: ['rows', columns] }],
      valueInfo: [],
    },
  });
}
