/** Decoders of a few nodes for tests: width 4, 8 tokens, attention without a causal mask unless asked for. */
import { GraphBuilder } from '../../onnx/graph-builder.ts';
import { DataType, type OnnxGraph, type OnnxModel, type OnnxValueInfo } from '../../onnx/model.ts';
import { floatTensor } from '../../onnx/tensors.ts';

/** How the blocks of a layer are joined. */
export type Form =
  /** x + attention(x), then + mlp of that */
  | 'serial'
  /** x + (attention(x) + mlp(x)), as in GPT-J */
  | 'parallel'
  /** (x + attention(x)) + mlp(x), as in Cohere */
  | 'parallel-in-two'
  /** (x + mlp(x)) + attention(x) */
  | 'parallel-mlp-first'
  /** norm(x + attention(x)), as in the first GPT */
  | 'post-norm'
  /** serial, with a Softmax over experts in the mlp */
  | 'experts';

/** A model of `layers` layers; its logits are the last residual. */
export function smallDecoder(form: Form, layers = 2, scaled = false): OnnxModel {
  const graph = new GraphBuilder();
  const table = graph.constant(
    floatTensor(
      'table',
      [8, 4],
      Array.from({ length: 32 }, (_, i) => Math.sin(i * 1.7)),
    ),
  );
  let x = graph.node('Gather', [table, 'input_ids']);
  if (scaled) x = graph.node('Mul', [x, graph.constant(floatTensor('scale', [], [2]))]);
  for (let layer = 0; layer < layers; layer++) x = addLayer(graph, form, x);
  const output = graph.node('Identity', [x], { outputs: ['logits'] });
  return modelOf(graph.build('decoder', [ids('input_ids'), ids('attention_mask')], [{ name: output }]));
}

/** A model around a graph. */
export function modelOf(graph: OnnxGraph): OnnxModel {
  const opsetImports = [{ domain: '', version: 18n }];
  return { irVersion: 8n, opsetImports, producerName: 'test', producerVersion: '', graph, metadata: [] };
}

/** An int64 input [batch, tokens]. */
export function ids(name: string): OnnxValueInfo {
  return { name, elementType: DataType.INT64, shape: ['batch', 'tokens'] };
}

function addLayer(graph: GraphBuilder, form: Form, x: string): string {
  const add = (a: string, b: string): string => graph.node('Add', [a, b]);
  if (form === 'parallel') return add(add(attention(graph, x), mlp(graph, x)), x);
  if (form === 'parallel-in-two') return add(add(x, attention(graph, x)), mlp(graph, x));
  if (form === 'parallel-mlp-first') return add(add(x, mlp(graph, x)), attention(graph, x));
  if (form === 'post-norm') {
    const middle = norm(graph, add(x, attention(graph, x)));
    return norm(graph, add(middle, mlp(graph, middle)));
  }
  const middle = add(x, attention(graph, x));
  return add(middle, form === 'experts' ? experts(graph, middle) : mlp(graph, middle));
}

function attention(graph: GraphBuilder, x: string): string {
  const normed = norm(graph, x);
  const keys = graph.node('Transpose', [normed], { attributes: { perm: [0, 2, 1] } });
  const weights = graph.node('Softmax', [graph.node('MatMul', [normed, keys])], { attributes: { axis: -1 } });
  return graph.node('MatMul', [weights, normed]);
}

function mlp(graph: GraphBuilder, x: string): string {
  const square = graph.constant(
    floatTensor(
      'square',
      [4, 4],
      Array.from({ length: 16 }, (_, i) => Math.cos(i)),
    ),
  );
  return graph.node('Sigmoid', [graph.node('MatMul', [norm(graph, x), square])]);
}

/** Weighs its own input with a Softmax that no matrix product of activations follows. */
function experts(graph: GraphBuilder, x: string): string {
  const weights = graph.node('Softmax', [mlp(graph, x)], { attributes: { axis: -1 } });
  return graph.node('Mul', [weights, norm(graph, x)]);
}

function norm(graph: GraphBuilder, x: string): string {
  const [scale, bias] = [floatTensor('one', [4], [1, 1, 1, 1]), floatTensor('zero', [4], [0, 0, 0, 0])];
  return graph.node('LayerNormalization', [x, graph.constant(scale), graph.constant(bias)]);
}
