/** Triton's model configuration (config.pbtxt) of an activation graph. */
import type { ServedGraph } from './served-graph.ts';

/** What runs the graph: Triton's ONNX Runtime backend, or ONNX Runtime in Triton's Python backend. */
export type TritonBackend = 'onnxruntime' | 'python';

/** What a configuration says. */
export interface TritonModel extends ServedGraph {
  readonly name: string;
  readonly backend: TritonBackend;
  /** Copies of the session on the CPU, each with one intra-op thread: one a core. */
  readonly instances: number;
  readonly graphSha256: string;
  /** Longest window, where it is known. */
  readonly maxTokens?: number;
}

/** Requests that the batcher may put together, and how long the first of them waits for others. */
const MAX_BATCH = 16;
const MAX_DELAY_MICROSECONDS = 500;

/**
 * Writes config.pbtxt. `graph_sha256` and `max_tokens` are what the client checks.
 *
 * @see https://docs.nvidia.com/deeplearning/triton-inference-server/user-guide/docs/user_guide/model_configuration.html
 */
export function tritonConfig(model: TritonModel): string {
  const { batches, width, layers, pooled } = model;
  // With batching Triton adds the first dimension itself.
  const any = batches ? '-1' : '-1, -1';
  const tensor = (name: string, type: string, dims: string): string =>
    `{ name: "${name}" data_type: TYPE_${type} dims: [ ${dims} ] }`;
  const inputs = [
    tensor('input_ids', 'INT64', any),
    tensor('attention_mask', 'INT64', any),
    ...(pooled ? [tensor('pooling', 'FP32', '-1, -1')] : []),
  ];
  const parameters = {
    graph_sha256: model.graphSha256,
    ...(model.maxTokens === undefined ? {} : { max_tokens: String(model.maxTokens) }),
    ...(model.backend === 'onnxruntime' ? { intra_op_thread_count: '1' } : {}),
  };
  return [
    `name: "${model.name}"`,
    `backend: "${model.backend}"`,
    `max_batch_size: ${batches ? MAX_BATCH : 0}`,
    ...list('input', inputs),
    ...list(
      'output',
      layers.map((layer) => tensor(`hidden_${layer}`, 'FP32', `${any}, ${width}`)),
    ),
    `instance_group [ { kind: KIND_CPU count: ${model.instances} } ]`,
    ...(batches ? [`dynamic_batching { max_queue_delay_microseconds: ${MAX_DELAY_MICROSECONDS} }`] : []),
    ...Object.entries(parameters).map(
      ([key, value]) => `parameters { key: "${key}" value: { string_value: "${value}" } }`,
    ),
    '',
  ].join('\n');
}

function list(name: string, entries: readonly string[]): string[] {
  return [`${name} [`, `  ${entries.join(',\n  ')}`, ']'];
}
