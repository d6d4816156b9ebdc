/** Finds where token ids become vectors, and steps from there towards the first layer. */
import type { OnnxNode } from '../onnx/model.ts';
import { contentUses, meetingPoint, type Value, valueName } from './flow.ts';
import type { GraphIndex } from './graph-index.ts';
import { MAX_EMBEDDING_STEPS } from './limits.ts';
import { LOOKUPS, SKIP_NORM_SUM, SKIP_NORMS } from './operators.ts';
import { unsupported } from './refusal.ts';

/** Type and shape changes that token ids may go through before the lookup. */
const ON_IDS: ReadonlySet<string> = new Set(['Cast', 'Identity', 'Reshape', 'Unsqueeze', 'Squeeze', 'Flatten']);

/** What a table may go through before the lookup: a head that shares its weights has it transposed. */
const ON_TABLE: ReadonlySet<string> = new Set(['Cast', 'Identity', 'DequantizeLinear', 'Transpose']);

/**
 * The lookups of token ids in a table, as outputs of their nodes. Most models have one.
 *
 * @throws ModelExportError `unsupported` where the graph has no input `input_ids` or nothing looks it up
 */
export function tokenLookups(index: GraphIndex): Value[] {
  const ids = new Set(['input_ids']);
  const lookups: Value[] = [];
  for (const name of ids) {
    for (const { node: at, slot } of index.uses.get(name) ?? []) {
      const node = index.nodes[at] as OnnxNode;
      if (LOOKUPS.has(node.opType) && slot === 1) lookups.push({ node: at, output: 0 });
      if (ON_IDS.has(node.opType) && slot === 0 && node.outputs[0]) ids.add(node.outputs[0]);
    }
  }
  if (index.inputs.has('input_ids') && lookups.length > 0) return lookups;
  throw unsupported(
    index.inputs.has('input_ids')
      ? 'No Gather looks the input input_ids up in a table'
      : 'The graph has no input input_ids',
    'the graph',
    'Give a decoder-only language model exported with its token embedding.',
  );
}

/**
 * The next value on the way from the embedding to the first layer: past a dequantisation, a scale, a norm, a projection,
 * or an addition of something that is not computed from the tokens, such as positions.
 */
export function stepTowardsFirstLayer(index: GraphIndex, current: Value): Value | undefined {
  const name = valueName(index, current);
  if (name === undefined) return undefined;
  const readers = [...new Set(contentUses(index, name).map((use) => use.node))];
  const [reader] = readers;
  if (readers.length === 1 && reader !== undefined) {
    const { opType, outputs } = index.nodes[reader] as OnnxNode;
    // The sum goes on where somebody reads it; where nobody does, the norm of the sum is the residual stream.
    if (SKIP_NORMS.has(opType) && outputs[SKIP_NORM_SUM]) return { node: reader, output: SKIP_NORM_SUM };
  }
  return meetingPoint(index, name);
}

/** The number of rows of a lookup's table: the size of the vocabulary, where the file says it. */
export function vocabularySize(index: GraphIndex, lookup: Value): number | undefined {
  let table = (index.nodes[lookup.node] as OnnxNode).inputs[0] as string;
  let transposed = false;
  for (let steps = 0; steps < MAX_EMBEDDING_STEPS; steps++) {
    const tensor = index.graph.initializers.find((candidate) => candidate.name === table);
    if (tensor !== undefined) return tensor.dims[transposed ? 1 : 0];
    const producer = index.nodes[index.producers.get(table) ?? -1];
    if (producer === undefined || !ON_TABLE.has(producer.opType)) return undefined;
    if (producer.opType === 'Transpose') transposed = !transposed;
    table = producer.inputs[0] as string;
  }
  return undefined;
}
