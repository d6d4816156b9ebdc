/**
 * Turns the products of a tapped graph into int8 products with a scale for each token, as `build` makes them: a row x
 * becomes u8 around 128 with the step max|x| / 127, so that a token's values depend on no other token.
 */
import { EMBEDDING_BLOCK, gatherEmbedding, quantizeEmbedding } from '../int8/embedding.ts';
import { multiply, STEPS, ZERO_POINT } from '../int8/int8-arithmetic.ts';
import { MICROSOFT } from '../llama/float-arithmetic.ts';
import { GraphBuilder } from '../onnx/graph-builder.ts';
import { DataType, type OnnxModel, type OnnxNode } from '../onnx/model.ts';
import { floatTensor, halfTensor, int64Tensor, uint8Tensor } from '../onnx/tensors.ts';
import { type GraphIndex, indexGraph } from '../surgery/graph-index.ts';
import { freshNames, makeRoom } from '../surgery/names.ts';
import { PASS_THROUGH } from '../surgery/operators.ts';
import { pruneTo } from '../surgery/prune.ts';
import { unsupported } from '../surgery/refusal.ts';
import { type ConstantLookup, type ConstantValues, constantLookup } from './constant-values.ts';
import { largestOfChannels } from './observe.ts';
import { type ConstantProduct, constantProducts, elementType, isHalf } from './products.ts';
import { groupProducts, type SmoothedGroup, smoothGroup } from './smooth.ts';

/** Names of the constants that all products share, and of the embedding's. */
const SHARED_NAMES = ['zero_point', 'unit', 'step', 'last_axis', 'first', 'embedding', 'embedding.scales'];

/** The oldest operator set whose QuantizeLinear has an axis, and the first whose ReduceMax takes axes as an input. */
const OLDEST_OPSET = 13;
const AXES_AS_INPUT = 18;

/** What the pass did. */
export interface Int8Report {
  /** Products that became int8. */
  readonly products: number;
  /** Inputs of products whose smoothing went into a norm, and those that are divided while running. */
  readonly inNorms: number;
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
  const groups = groupProducts(constantProducts(index));
  const columns = new Map(groups.map((group) => [group.input, group.columns]));
  const largest = await largestOfChannels({ ...model, graph }, columns, texts);
  const smoothed = groups.map((group) => smoothGroup(index, lookUp, group, largest.get(group.input) as Float64Array));
  const embedding = embeddingLookup(index, lookUp);
  const nodes = rewrite(index, lookUp, smoothed, embedding, opset);
  const inNorms = smoothed.filter((group) => group.scales !== undefined).length;
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
      products: groups.reduce((sum, group) => sum + group.products.length, 0),
      inNorms,
      whileRunning: smoothed.length - inNorms,
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
      emitProduct(builder, quantised, product, group.matrices[at] as SmoothedGroup['matrices'][number], half);
    }
  });
  const built = builder.build('', [], []);
  return { nodes: built.nodes, initializers: [...index.graph.initializers, ...built.initializers] };
}

/** Rows as u8, the step of each row [rows, 1], and the shape of a product's result. */
interface Rows {
  readonly codes: string;
  readonly steps: string;
  readonly shape: string | undefined;
}

function quantise(builder: GraphBuilder, group: SmoothedGroup, half: boolean, opset: number): Rows {
  const { input, columns, factors, scales, products } = group;
  const wide = half ? builder.node('Cast', [input], { attributes: { to: DataType.FLOAT } }) : input;
  const flat = products.every((product) => product.flat);
  const size = builder.constant(int64Tensor(builder.unique('int8_rows'), [2], [-1, columns]));
  let rows = flat ? wide : builder.node('Reshape', [wide, size]);
  if (scales === undefined) {
    const inverse = floatTensor(
      builder.unique('int8_smoothing'),
      [columns],
      Array.from(factors, (factor) => 1 / factor),
    );
    rows = builder.node('Mul', [rows, builder.constant(inverse)]);
  }
  const lastAxis = builder.constant(int64Tensor('last_axis', [1], [-1]));
  const sizes = builder.node('Abs', [rows]);
  const largest =
    opset >= AXES_AS_INPUT
      ? builder.node('ReduceMax', [sizes, lastAxis], { attributes: { keepdims: 1 } })
      : builder.node('ReduceMax', [sizes], { attributes: { keepdims: 1, axes: [-1] } });
  const steps = builder.node('Mul', [largest, builder.constant(floatTensor('step', [], [1 / STEPS]))]);
  const eachRow = builder.node('Reshape', [steps, lastAxis]);
  const zero = builder.constant(uint8Tensor('zero_point', [], Uint8Array.of(ZERO_POINT)));
  const zeros = builder.node('Expand', [zero, builder.node('Shape', [eachRow])]);
  const codes = builder.node('QuantizeLinear', [rows, eachRow, zeros], { attributes: { axis: 0 } });
  return { codes, steps, shape: flat ? undefined : shapeOfResults(builder, wide, lastAxis) };
}

/** The shape of the input with the last dimension left open. */
function shapeOfResults(builder: GraphBuilder, value: string, open: string): string {
  const first = builder.constant(int64Tensor('first', [1], [0]));
  const leading = builder.node('Slice', [builder.node('Shape', [value]), first, open]);
  return builder.node('Concat', [leading, open], { attributes: { axis: 0 } });
}

function emitProduct(
  builder: GraphBuilder,
  rows: Rows,
  product: ConstantProduct,
  matrix: SmoothedGroup['matrices'][number],
  half: boolean,
): void {
  let value = builder.node('Mul', [multiply(builder, builder.unique('int8_weights'), rows.codes, matrix), rows.steps]);
  if (rows.shape !== undefined && !product.flat) value = builder.node('Reshape', [value, rows.shape]);
  if (half) value = builder.node('Cast', [value], { attributes: { to: DataType.FLOAT16 } });
  const [opType, inputs] = product.bias === undefined ? ['Identity', [value]] : ['Add', [value, product.bias]];
  builder.node(opType as string, inputs as string[], { outputs: [product.output] });
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

interface EmbeddingLookup {
  readonly node: number;
  readonly ids: string;
  readonly table: { rows: number; columns: number; values: Float32Array };
  readonly half: boolean;
}

/** The lookup of token ids in a table of floats whose rows are whole blocks, or undefined. */
function embeddingLookup(index: GraphIndex, lookUp: ConstantLookup): EmbeddingLookup | undefined {
  const found = lookupOfIds(index);
  const node = found === undefined ? undefined : (index.nodes[found] as OnnxNode);
  const axis = node?.attributes.find(({ name }) => name === 'axis');
  if (found === undefined || node === undefined || (axis?.type === 'int' && axis.value !== 0n)) return undefined;
  const [name = '', ids = ''] = node.inputs;
  const table = lookUp(name);
  const [rows = 0, columns = 0] = table?.dims ?? [];
  if (table === undefined || columns === 0 || columns % EMBEDDING_BLOCK !== 0) return undefined;
  const half = elementType(index, name) === DataType.FLOAT16;
  return { node: found, ids, half, table: { rows, columns, values: table.values } };
}

/** The Gather that reads the ids, past what only cuts or casts them. */
function lookupOfIds(index: GraphIndex): number | undefined {
  const ids = new Set(['input_ids']);
  for (const name of ids) {
    for (const { node: at, slot } of index.uses.get(name) ?? []) {
      const { opType, outputs } = index.nodes[at] as OnnxNode;
      if (opType === 'Gather' && slot === 1) return at;
      if ((opType === 'Slice' || PASS_THROUGH.has(opType)) && slot === 0) ids.add(outputs[0] as string);
    }
  }
  return undefined;
}

function withMicrosoft({ opsetImports }: OnnxModel): OnnxModel['opsetImports'] {
  if (opsetImports.some(({ domain }) => domain === MICROSOFT)) return opsetImports;
  return [...opsetImports, { domain: MICROSOFT, version: 1n }];
}
