/** The reference variant: every product in float32. */
import { float, type GraphBuilder } from '../onnx/graph-builder.ts';
import { floatTensor } from '../onnx/tensors.ts';
import type { Arithmetic } from './arithmetic.ts';
import { stackRows, transpose } from './matrix.ts';
import type { LlamaWeights, Matrix } from './weights.ts';

/** Float32 products of a model's own weights; within 1e-5 of transformers. */
export function floatArithmetic(weights: LlamaWeights): Arithmetic {
  const multiply = (graph: GraphBuilder, name: string, input: string, matrix: Matrix): string => {
    const constant = graph.constant(floatTensor(name, [matrix.columns, matrix.rows], transpose(matrix)));
    return graph.node('MatMul', [input, constant]);
  };
  const layerAt = (index: number) => weights.layers[index] as LlamaWeights['layers'][number];
  return {
    embed(graph, ids) {
      const { rows, columns, values } = weights.embedding;
      return graph.node('Gather', [graph.constant(floatTensor('embedding', [rows, columns], values)), ids]);
    },
    norm: (layer, block) => layerAt(layer)[block === 'attention' ? 'attentionNorm' : 'feedForwardNorm'],
    attentionInput(graph, layer, normed) {
      const { q, k, v } = layerAt(layer);
      return multiply(graph, `layer_${layer + 1}.qkv`, normed, stackRows([q, k, v]));
    },
    attentionOutput: (graph, layer, attended) => multiply(graph, `layer_${layer + 1}.o`, attended, layerAt(layer).o),
    feedForward(graph, layer, normed) {
      const { gate, up, down } = layerAt(layer);
      const gated = multiply(graph, `layer_${layer + 1}.gate`, normed, gate);
      const lifted = multiply(graph, `layer_${layer + 1}.up`, normed, up);
      const active = graph.node('QuickGelu', [gated], { domain: MICROSOFT, attributes: { alpha: float(1) } });
      return multiply(graph, `layer_${layer + 1}.down`, graph.node('Mul', [active, lifted]), down);
    },
  };
}

/** The domain of ONNX Runtime's contributed operators. */
export const MICROSOFT = 'com.microsoft';
