/** Finds the token embedding of a tapped graph, to keep it in eight bits. */
import { EMBEDDING_BLOCK } from '../int8/embedding.ts';
import type { Matrix } from '../llama/weights.ts';
import { DataType, type OnnxNode } from '../onnx/model.ts';
import type { GraphIndex } from '../surgery/graph-index.ts';
import { PASS_THROUGH } from '../surgery/operators.ts';
import type { ConstantLookup } from './constant-values.ts';
import { elementType } from './products.ts';

/** A lookup of token ids in a table of floats. */
export interface EmbeddingLookup {
  /** Position in the index. */
  readonly node: number;
  readonly ids: string;
  readonly table: Matrix;
  /** Whether the rows come as float16. */
  readonly half: boolean;
}

/** The lookup of token ids in a table of floats whose rows are whole blocks, or undefined. */
export function embeddingLookup(index: GraphIndex, lookUp: ConstantLookup): EmbeddingLookup | undefined {
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
