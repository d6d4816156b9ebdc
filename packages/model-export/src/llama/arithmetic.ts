/** The part of a decoder that differs between variants: how tokens are looked up and rows multiplied by matrices. */
import type { GraphBuilder } from '../onnx/graph-builder.ts';

/**
 * Adds the matrix products of one variant to a graph. Values are named; all are float32 [rows, columns] where
 * rows = batch x tokens. Everything else (norms, attention, residual additions, pooling) is the same for all variants.
 */
export interface Arithmetic {
  /** Token ids (int64 [batch, tokens]) to embeddings [batch, tokens, width]. */
  embed(graph: GraphBuilder, ids: string): string;
  /** The normed residual stream to queries, keys and values side by side. */
  attentionInput(graph: GraphBuilder, layer: number, normed: string): string;
  /** The attention's result [rows, heads * headSize] to its contribution [rows, width]. */
  attentionOutput(graph: GraphBuilder, layer: number, attended: string): string;
  /** The normed residual stream to the feed-forward block's contribution [rows, width]. */
  feedForward(graph: GraphBuilder, layer: number, normed: string): string;
  /** Scale of the RMS norm in front of a block, [width]. */
  norm(layer: number, block: 'attention' | 'feedForward'): Float32Array;
}
