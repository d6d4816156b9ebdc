/** SmoothQuant on the graph: factors for the inputs of the products, into norms where there are any. */

import { smoothingFactors } from '../int8/smooth.ts';
import { scaleColumns } from '../llama/matrix.ts';
import type { Matrix } from '../llama/weights.ts';
import { contentUses } from '../surgery/flow.ts';
import type { GraphIndex } from '../surgery/graph-index.ts';
import type { ConstantLookup } from './constant-values.ts';
import { type ScaleInput, scaleInputs } from './norms.ts';
import type { ConstantProduct } from './products.ts';

/** How much of the difficulty moves from activations to weights; as for built graphs (docs/architecture/0002). */
const ALPHA = 0.7;

/** Products that read the same value, and so share its rounding. */
export interface ProductGroup {
  readonly input: string;
  readonly columns: number;
  readonly products: readonly ConstantProduct[];
}

/** A group whose channels were evened out. */
export interface SmoothedGroup extends ProductGroup {
  /** One a product, columns multiplied by the factors. */
  readonly matrices: readonly Matrix[];
  /** What the input's channels are divided by, [columns]. */
  readonly factors: Float64Array;
  /** Where the division goes: into a norm's constants, into the scales of a product, or nowhere: it is done while running. */
  readonly scales: readonly ScaleInput[] | undefined;
  readonly product: number | undefined;
}

/** Products by what they read, in the graph's order. */
export function groupProducts(products: readonly ConstantProduct[]): ProductGroup[] {
  const groups = new Map<string, ConstantProduct[]>();
  for (const product of products) {
    const group = groups.get(product.input);
    if (group === undefined) groups.set(product.input, [product]);
    else group.push(product);
  }
  return [...groups].map(([input, members]) => {
    return { input, columns: (members[0] as ConstantProduct).matrix.columns, products: members };
  });
}

/** Evens out the channels of a group; `largest` [columns] is what calibration saw, `products` all that become int8. */
export function smoothGroup(
  index: GraphIndex,
  lookUp: ConstantLookup,
  group: ProductGroup,
  largest: Float64Array,
  products: ReadonlyMap<string, ConstantProduct>,
): SmoothedGroup {
  const readers = group.products.map((product) => product.matrix);
  const factors = smoothingFactors(largest, readers, ALPHA);
  const nodes = new Set(group.products.map((product) => product.node));
  const scales = scaleInputs(index, lookUp, group.input, group.columns, nodes);
  return {
    ...group,
    matrices: readers.map((matrix) => scaleColumns(matrix, factors)),
    factors,
    scales,
    product: scales === undefined ? gatedProduct(index, group, nodes, products) : undefined,
  };
}

/** In a gated block the input is a product times an activation: the product whose results the factors can divide. */
function gatedProduct(
  index: GraphIndex,
  { input, columns }: ProductGroup,
  readers: ReadonlySet<number>,
  products: ReadonlyMap<string, ConstantProduct>,
): number | undefined {
  const onlyReadBy = (name: string, allowed: ReadonlySet<number>): boolean =>
    contentUses(index, name).every((use) => allowed.has(use.node)) &&
    !index.graph.outputs.some((output) => output.name === name);
  const at = index.producers.get(input);
  if (at === undefined || index.nodes[at]?.opType !== 'Mul' || !onlyReadBy(input, readers)) return undefined;
  const [a, b] = index.nodes[at].inputs;
  const found = [a, b]
    .map((name) => products.get(name ?? ''))
    .find((product) => {
      return (
        product?.matrix.rows === columns && product.bias === undefined && onlyReadBy(product.output, new Set([at]))
      );
    });
  return a === b ? undefined : found?.node;
}
