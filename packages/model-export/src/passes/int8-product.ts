/** Writes one int8 product: rows to codes with a step each, codes times int8 weights, and the steps multiplied back in. */
import { multiply, STEPS, ZERO_POINT } from '../int8/int8-arithmetic.ts';
import type { Matrix } from '../llama/weights.ts';
import type { GraphBuilder } from '../onnx/graph-builder.ts';
import { DataType } from '../onnx/model.ts';
import { floatTensor, int64Tensor, uint8Tensor } from '../onnx/tensors.ts';
import type { ConstantProduct } from './products.ts';
import type { SmoothedGroup } from './smooth.ts';

/** The first operator set whose ReduceMax takes its axes as an input. */
const AXES_AS_INPUT = 18;

/** Rows as u8, the step of each row [rows, 1], and the shape of a product's result. */
export interface Rows {
  readonly codes: string;
  readonly steps: string;
  readonly shape: string | undefined;
}

/** Quantises what a group of products reads; `half` where it comes as float16. */
export function quantise(builder: GraphBuilder, group: SmoothedGroup, half: boolean, opset: number): Rows {
  const { input, columns, factors, scales, product, products } = group;
  const wide = half ? builder.node('Cast', [input], { attributes: { to: DataType.FLOAT } }) : input;
  const flat = products.every((product) => product.flat);
  const size = builder.constant(int64Tensor(builder.unique('int8_rows'), [2], [-1, columns]));
  let rows = flat ? wide : builder.node('Reshape', [wide, size]);
  if (scales === undefined && product === undefined) {
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

/** Adds a product of quantised rows under the name of the one it replaces; `divisors` [outputs] divide its results. */
export function emitProduct(
  builder: GraphBuilder,
  rows: Rows,
  product: ConstantProduct,
  matrix: Matrix,
  half: boolean,
  divisors: Float64Array | undefined,
): void {
  let value = builder.node('Mul', [
    multiply(builder, builder.unique('int8_weights'), rows.codes, matrix, divisors),
    rows.steps,
  ]);
  if (rows.shape !== undefined && !product.flat) value = builder.node('Reshape', [value, rows.shape]);
  if (half) value = builder.node('Cast', [value], { attributes: { to: DataType.FLOAT16 } });
  const [opType, inputs] = product.bias === undefined ? ['Identity', [value]] : ['Add', [value, product.bias]];
  builder.node(opType as string, inputs as string[], { outputs: [product.output] });
}
