/**
 * Bakes tokens into a tapped graph: their keys and values become constants in front of each attention's, and the positions
 * that follow start behind them. The first token of every input stands for all of them and is not computed again.
 */
import { DataType, type OnnxGraph, type OnnxNode, type OnnxTensor } from '../onnx/model.ts';
import { int64Tensor } from '../onnx/tensors.ts';
import { renameInNodes } from '../surgery/graph-names.ts';
import type { NameSource } from '../surgery/names.ts';
import { intAttribute, makeNode } from '../surgery/nodes.ts';
import type { TappedValue } from '../surgery/tap-outputs.ts';

/** The end of a Slice that has none. */
const TO_THE_END = 2 ** 53;

/** What the tokens in front left behind. */
export interface Prefix {
  readonly tokens: readonly number[];
  /** By past input: the keys or values, batch 1. */
  readonly caches: ReadonlyMap<string, OnnxTensor>;
  /** By layer: the residual stream of the last token, [1, 1, width]. */
  readonly rows: ReadonlyMap<number, OnnxTensor>;
}

/** Constants in the place of past inputs, copied to each text of a batch. */
export function withConstantPast(graph: OnnxGraph, { caches }: Prefix, fresh: NameSource): OnnxGraph {
  const used = graph.inputs.filter(({ name }) => caches.has(name));
  const initializers: OnnxTensor[] = [];
  const nodes: OnnxNode[] = [];
  const constant = collector(initializers, fresh);
  const batch = batchSize(nodes, constant, fresh);
  for (const { name } of used) {
    const cache = caches.get(name) as OnnxTensor;
    const stored = { ...cache, name: fresh('prefix') };
    initializers.push(stored);
    nodes.push(...expanded(stored, batch, name, constant, fresh));
  }
  return {
    ...graph,
    nodes: [...nodes, ...graph.nodes],
    initializers: [...graph.initializers, ...initializers],
    inputs: graph.inputs.filter(({ name }) => !caches.has(name)),
  };
}

/**
 * Hands the graph inside the tokens behind the first, a mask that covers the prefix, and positions that follow it; puts the
 * prefix's own row in front of each tapped value.
 *
 * @param graph with the standard inputs
 */
export function withPrefixInputs(
  graph: OnnxGraph,
  prefix: Prefix,
  taps: readonly TappedValue[],
  fresh: NameSource,
): { graph: OnnxGraph; taps: TappedValue[] } {
  const [ids, mask, whole, positions] = ['text_ids', 'text_mask', 'whole_mask', 'whole_positions'].map(fresh) as [
    string,
    string,
    string,
    string,
  ];
  const initializers: OnnxTensor[] = [];
  const nodes: OnnxNode[] = [];
  const constant = collector(initializers, fresh);
  const batch = batchSize(nodes, constant, fresh);
  const rest = (value: string, from: number, output: string): OnnxNode =>
    makeNode('Slice', [value, constant([from]), constant([TO_THE_END]), constant([1])], [output]);

  const { tokens } = prefix;
  const ones = int64Tensor(
    fresh('prefix_mask'),
    [1, tokens.length],
    Array.from(tokens, () => 1),
  );
  initializers.push(ones);
  const onesName = fresh('prefix_mask_batch');
  nodes.push(
    rest('input_ids', 1, ids),
    rest('attention_mask', 1, mask),
    ...expanded(ones, batch, onesName, constant, fresh),
    makeNode('Concat', [onesName, mask], [whole], [intAttribute('axis', 1)]),
  );
  const inside = renameInNodes(
    graph.nodes,
    new Map([
      ['input_ids', ids],
      ['attention_mask', whole],
    ]),
  ).map((node) => (node.outputs.includes('position_ids') ? { ...node, outputs: [positions] } : node));
  if (inside.some((node) => node.outputs.includes(positions)))
    nodes.push(rest(positions, tokens.length, 'position_ids'));

  const textShape = fresh('text_shape');
  const rowsShape = fresh('text_rows_shape');
  nodes.push(
    makeNode('Shape', [ids], [textShape]),
    makeNode('Concat', [textShape, constant([-1])], [rowsShape], [intAttribute('axis', 0)]),
  );
  const extended = taps.map(({ layer, tensor }) => {
    const row = { ...(prefix.rows.get(layer) as OnnxTensor), name: fresh(`prefix_row_${layer}`) };
    initializers.push(row);
    const [first, rows, joined] = [fresh('prefix_row'), fresh('text_rows'), fresh(`residual_${layer}`)];
    nodes.push(
      ...expanded(row, batch, first, constant, fresh),
      makeNode('Reshape', [tensor, rowsShape], [rows]),
      makeNode('Concat', [first, rows], [joined], [intAttribute('axis', 1)]),
    );
    return { layer, tensor: joined };
  });
  const all = { ...graph, nodes: [...inside, ...nodes], initializers: [...graph.initializers, ...initializers] };
  return { graph: all, taps: extended };
}

type ConstantSource = (values: readonly number[]) => string;

function collector(initializers: OnnxTensor[], fresh: NameSource): ConstantSource {
  return (values) => {
    const tensor = int64Tensor(fresh('prefix_constant'), [values.length], values);
    initializers.push(tensor);
    return tensor.name;
  };
}

/** int64 [1]: how many texts a run reads. */
function batchSize(nodes: OnnxNode[], constant: ConstantSource, fresh: NameSource): string {
  const [shape, batch] = [fresh('ids_shape'), fresh('batch_size')];
  nodes.push(
    makeNode('Shape', ['input_ids'], [shape]),
    makeNode('Slice', [shape, constant([0]), constant([1])], [batch]),
  );
  return batch;
}

/** Repeats a constant of batch 1. */
function expanded(
  { name, dims }: OnnxTensor,
  batch: string,
  output: string,
  constant: ConstantSource,
  fresh: NameSource,
): OnnxNode[] {
  const shape = fresh('prefix_shape');
  return [
    makeNode('Concat', [batch, constant(dims.slice(1))], [shape], [intAttribute('axis', 0)]),
    makeNode('Expand', [name, shape], [output]),
  ];
}

/** Types that keys, values and residuals may have. */
export const PREFIX_TYPES: Readonly<Record<string, number>> = { float32: DataType.FLOAT, float16: DataType.FLOAT16 };
