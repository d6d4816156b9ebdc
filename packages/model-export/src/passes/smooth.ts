/** SmoothQuant on the graph: factors for the inputs of the products, into norms where there are any. */

import { smoothingFactors } from '../int8/smooth.ts';
import { scaleColumns } from '../llama/matrix.ts';
import type { Matrix } from '../llama/weights.ts';
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
  /** The constants that take the division, or undefined where it must be done while running. */
  readonly scales: readonly ScaleInput[] | undefined;
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

/** Evens out the channels of a group; `largest` [columns] is what calibration saw. */
export function smoothGroup(
  index: GraphIndex,
  lookUp: ConstantLookup,
  group: ProductGroup,
  largest: Float64Array,
): SmoothedGroup {
  const readers = group.products.map((product) => product.matrix);
  const factors = smoothingFactors(largest, readers, ALPHA);
  const nodes = new Set(group.products.map((product) => product.node));
  return {
    ...group,
    matrices: readers.map((matrix) => scaleColumns(matrix, factors)),
    factors,
    scales: scaleInputs(index, lookUp, group.input, group.columns, nodes),
  };
}
