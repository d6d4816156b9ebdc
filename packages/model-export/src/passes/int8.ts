/**
 * Turns the products of a tapped graph into int8 products with a scale for each token, as `build` makes them: a row x
 * becomes u8 around 128 with the step max|x| / 127, so that a token's values depend on no other token.
 */
import { gatherEmbedding, quantizeEmbedding } from '../int8/embedding.ts';
import { MICROSOFT } from '../llama/float-arithmetic.ts';
import type { Matrix } from '../llama/weights.ts';
import { GraphBuilder } from '../onnx/graph-builder.ts';
import { DataType, type OnnxModel, type OnnxNode } from '../onnx/model.ts';
import { floatTensor, halfTensor } from '../onnx/tensors.ts';
import { type GraphIndex, indexGraph } from '../surgery/graph-index.ts';
import { freshNames, makeRoom } from '../surgery/names.ts';
import { pruneTo } from '../surgery/prune.ts';
import { unsupported } from '../surgery/refusal.ts';
import { type ConstantLookup, type ConstantValues, constantLookup } from './constant-values.ts';
import { emitProduct, quantise, type Rows } from './int8-product.ts';
import { largestOfChannels } from './observe.ts';
import { type ConstantProduct, constantProducts, elementType, isHalf } from './products.ts';
import { groupProducts, type SmoothedGroup, smoothGroup } from './smooth.ts';
import { type EmbeddingLookup, embeddingLookup } from './token-embedding.ts';

/** Names of the constants that all products share, and of the embedding's. */
const SHARED_NAMES = ['zero_point', 'unit', 'step', 'last_axis', 'first', 'embedding', 'embedding.scales'];

/** The oldest operator set whose QuantizeLinear has an axis. */
const OLDEST_OPSET = 13;

/** What the pass did. */
export interface Int8Report {
  /** Products that became int8. */
  readonly products: number;
  /** Inputs of products whose smoothing went into a norm or another product, and those that are divided while running. */
  readonly inNorms: number;
  readonly inProducts: number;
  readonly whileRunning: number;
  /** Whether the token embedding became 8 bits. */
  readonly embedding: boolean;
}

/**
 * The same graph with int8 products and, where its rows are whole blocks of 32 floats, an 8-bit token embedding.
 *
 * @param model a pooling activation graph, complete in memory
 * @param texts token ids to calibrate on, each starting with the sink
 * @throws ModelExportError `unsupported` where a product is not understood: nothing is passed over silently
 */
export async function toInt8(
  model: OnnxModel,
  texts: readonly (readonly number[])[],
): Promise<{ model: OnnxModel; report: Int8Report }> {
  const opset = Number(model.opsetImports.find(({ domain }) => domain === '' || domain === 'ai.onnx')?.version);
  if (opset < OLDEST_OPSET)
    throw unsupported(
      `int8 needs operator set ${OLDEST_OPSET}, the export has ${opset}`,
      'opset_import',
      'Export again.',
    );
  const graph = makeRoom(model.graph, new Set(SHARED_NAMES));
  const index = indexGraph(graph);
  const lookUp = constantLookup(index);
  const products = constantProducts(index);
  const groups = groupProducts(products);
  const byOutput = new Map(products.map((product) => [product.output, product]));
  const columns = new Map(groups.map((group) => [group.input, group.columns]));
  const largest = await largestOfChannels({ ...model, graph }, columns, texts);
  const smoothed = groups.map((group) =>
    smoothGroup(index, lookUp, group, largest.get(group.input) as Float64Array, byOutput),
  );
  const embedding = embeddingLookup(index, lookUp);
  const nodes = rewrite(index, lookUp, smoothed, embedding, opset);
  const inNorms = smoothed.filter((group) => group.scales !== undefined).length;
  const inProducts = smoothed.filter((group) => group.product !== undefined).length;
  return {
    model: {
      ...model,
      opsetImports: withMicrosoft(model),
      graph: pruneTo(
        { ...graph, ...nodes },
        graph.outputs.map((output) => output.name),
      ),
      metadata: [...model.metadata.filter(({ key }) => key !== 'variant'), { key: 'variant', value: 'int8' }],
    },
    report: {
      products: products.length,
      inNorms,
      inProducts,
      whileRunning: smoothed.length - inNorms - inProducts,
      embedding: embedding !== undefined,
    },
  };
}

function rewrite(
  index: GraphIndex,
  lookUp: ConstantLookup,
  groups: readonly SmoothedGroup[],
  embedding: EmbeddingLookup | undefined,
  opset: number,
): Pick<OnnxModel['graph'], 'nodes' | 'initializers'> {
  const builder = new GraphBuilder(freshNames(index.graph, SHARED_NAMES));
  const products = new Map<number, { group: SmoothedGroup; product: ConstantProduct; at: number }>();
  for (const group of groups) {
    for (const [at, product] of group.products.entries()) products.set(product.node, { group, product, at });
  }
  const divisors = new Map(groups.map(({ product, factors }) => [product, factors]));
  const scaled = scaledNodes(index, lookUp, groups, builder);
  const rows = new Map<string, Rows>();
  index.nodes.forEach((node, position) => {
    const found = products.get(position);
    if (position === embedding?.node) {
      const value = gatherEmbedding(builder, quantizeEmbedding(embedding.table, 8), embedding.ids);
      const to = embedding.half ? DataType.FLOAT16 : DataType.FLOAT;
      builder.node('Cast', [value], { attributes: { to }, outputs: [node.outputs[0] as string] });
    } else if (found === undefined) {
      builder.add(scaled.get(position) ?? node);
    } else {
      const { group, product, at } = found;
      const half = isHalf(index, product);
      const quantised = rows.get(group.input) ?? quantise(builder, group, half, opset);
      rows.set(group.input, quantised);
      emitProduct(builder, quantised, product, group.matrices[at] as Matrix, half, divisors.get(position));
    }
  });
  const built = builder.build('', [], []);
  return { nodes: built.nodes, initializers: [...index.graph.initializers, ...built.initializers] };
}

/** The nodes whose scale or shift takes a smoothing factor. */
function scaledNodes(
  index: GraphIndex,
  lookUp: ConstantLookup,
  groups: readonly SmoothedGroup[],
  builder: GraphBuilder,
): Map<number, OnnxNode> {
  const nodes = new Map<number, OnnxNode>();
  for (const { scales = [], factors } of groups) {
    for (const { node: at, slot } of scales) {
      const node = nodes.get(at) ?? (index.nodes[at] as OnnxNode);
      const name = node.inputs[slot] as string;
      const { values: old } = lookUp(name) as ConstantValues;
      const values = old.map((value, i) => value / (factors[i] as number));
      const make = elementType(index, name) === DataType.FLOAT16 ? halfTensor : floatTensor;
      const scale = builder.constant(make(builder.unique('smoothed_scale'), [values.length], values));
      nodes.set(at, { ...node, inputs: node.inputs.with(slot, scale) });
    }
  }
  return nodes;
}

function withMicrosoft({ opsetImports }: OnnxModel): OnnxModel['opsetImports'] {
  if (opsetImports.some(({ domain }) => domain === MICROSOFT)) return opsetImports;
  return [...opsetImports, { domain: MICROSOFT, version: 1n }];
}
