/** What surgery knows about operators, by type: names of nodes and values differ between exporters, types do not. */

/** Hand their first input on: the value is the same, its type or shape may differ. */
export const PASS_THROUGH: ReadonlySet<string> = new Set(['Cast', 'Identity', 'Reshape']);

/** Give a value's size and not its content. */
export const SIZE_ONLY: ReadonlySet<string> = new Set(['Shape', 'Size']);

/** Add inputs 0 and 1, give the normed sum as output 0 and the sum itself as output 3. */
export const SKIP_NORMS: ReadonlySet<string> = new Set(['SkipLayerNormalization', 'SkipSimplifiedLayerNormalization']);

/** The output of a skip norm that holds the sum. */
export const SKIP_NORM_SUM = 3;

/** Look rows of a table up: input 0 is the table, input 1 the row numbers. */
export const LOOKUPS: ReadonlySet<string> = new Set(['Gather', 'GatherBlockQuantized']);

/** Whole attention blocks in one operator. */
export const FUSED_ATTENTION: ReadonlySet<string> = new Set([
  'GroupQueryAttention',
  'MultiHeadAttention',
  'DecoderMaskedMultiHeadAttention',
  'Attention',
  'PackedMultiHeadAttention',
  'PagedAttention',
  'SparseAttention',
]);

/** Products of two matrices. */
export const MATRIX_PRODUCTS: ReadonlySet<string> = new Set([
  'MatMul',
  'FusedMatMul',
  'MatMulInteger',
  'QLinearMatMul',
  'Einsum',
  'Gemm',
]);

/** Stand between an attention's Softmax and its product with the values. */
export const AFTER_SOFTMAX: ReadonlySet<string> = new Set([
  ...PASS_THROUGH,
  'Dropout',
  'Expand',
  'Mul',
  'Slice',
  'Squeeze',
  'Transpose',
  'Unsqueeze',
  'Where',
  'QuantizeLinear',
  'DynamicQuantizeLinear',
  'DequantizeLinear',
]);

/** Choose a quantisation scale from all the values they see, later tokens and other texts included. */
export const DYNAMICALLY_QUANTISED: ReadonlySet<string> = new Set([
  'DynamicQuantizeLinear',
  'DynamicQuantizeMatMul',
  'DynamicQuantizeLSTM',
  'MatMulIntegerToFloat',
]);
