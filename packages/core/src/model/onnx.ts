/** The detector model in this process: an activation graph run by ONNX Runtime. */
import { createHash } from 'node:crypto';
import type { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import { FirewallError } from '../errors.ts';
import type { Activations, DetectorModel, DetectorModelInfo, Pooling } from './detector-model.ts';
import { int64Words } from './int64.ts';

type Runtime = typeof import('onnxruntime-node');

/** What to open. */
export interface OnnxModelSource {
  /** The graph file's bytes. */
  readonly graph: Uint8Array;
  /** sha256 of these bytes, lower-case hex, where it was checked already; else it is computed. */
  readonly graphSha256?: string;
  /** File name, for errors. */
  readonly where: string;
  /** Tapped layers; the graph must return `hidden_K` for each. */
  readonly layers: readonly number[];
  readonly width: number;
  readonly maxTokens: number;
  /** Intra-op threads; 0 leaves the choice to ONNX Runtime (one a physical core). */
  readonly threads: number;
}

/**
 * Opens an activation graph: `input_ids`, `attention_mask` int64 [1, tokens] and `pooling` float32 [segments, tokens] in,
 * `hidden_K` float32 [1, segments, width] out.
 *
 * @throws FirewallError `model-invalid` when ONNX Runtime is missing, refuses the graph, or the graph has other inputs or outputs
 */
export async function openOnnxModel(source: OnnxModelSource): Promise<DetectorModel> {
  const runtime = await loadRuntime();
  const session = await createSession(runtime, source);
  // Not `source` below: the functions that stay would keep the graph's bytes.
  const { layers, width, maxTokens, where } = source;
  const outputs = layers.map((layer) => `hidden_${layer}`);
  checkSignature(session, outputs, where);
  const graphSha256 = source.graphSha256 ?? createHash('sha256').update(source.graph).digest('hex');
  const info: DetectorModelInfo = { layers, width, graphSha256, maxTokens };
  let last: Promise<unknown> = Promise.resolve();
  let closed = false;

  const run = async (tokenIds: Int32Array, pooling: Pooling): Promise<Activations> => {
    if (closed) throw closedError(where);
    const { segments, tokens } = pooling;
    const feeds = {
      input_ids: int64(runtime, tokenIds),
      attention_mask: int64(runtime, new Int32Array(tokens).fill(1)),
      pooling: new runtime.Tensor('float32', pooling.weights, [segments, tokens]),
    };
    const results = await session.run(feeds, outputs).catch((cause: unknown) => {
      throw new FirewallError('model-failed', {
        message: 'ONNX Runtime could not run the graph',
        where,
        hint: 'Run `alknet-firewall doctor`; if it passes, report this with its output.',
        cause,
      });
    });
    const read = outputs.map((name) => (results[name] as OrtTensor).data as Float32Array);
    const broken = read.findIndex((data) => data.length !== segments * width || !Number.isFinite(data[0]));
    if (broken >= 0) {
      throw new FirewallError('model-failed', {
        message: `${outputs[broken]} holds no finite [${segments}, ${width}] activations`,
        where,
        hint: 'The graph is damaged or not an activation graph: check it with `alknet-model-export verify`.',
      });
    }
    return { segments, width, layers: read };
  };

  return {
    info,
    infer(tokenIds, pooling) {
      // One run at a time: runs in parallel share the same cores, gain nothing and lose the order.
      const result = last.then(() => run(tokenIds, pooling));
      last = result.catch(() => undefined);
      return result;
    },
    async close() {
      if (closed) return;
      closed = true;
      await last;
      await session.release();
    },
  };
}

async function loadRuntime(): Promise<Runtime> {
  try {
    return await import('onnxruntime-node');
  } catch (cause) {
    throw new FirewallError('model-invalid', {
      message: `ONNX Runtime cannot be loaded on ${process.platform}-${process.arch}`,
      where: 'onnxruntime-node',
      hint: 'Install it again with `ONNXRUNTIME_NODE_INSTALL=skip npm i onnxruntime-node`; it has binaries for linux, macOS and Windows on x64 and arm64.',
      cause,
    });
  }
}

async function createSession(runtime: Runtime, source: OnnxModelSource): Promise<InferenceSession> {
  try {
    return await runtime.InferenceSession.create(source.graph, {
      executionProviders: ['cpu'],
      graphOptimizationLevel: 'all',
      logSeverityLevel: 4,
      ...(source.threads > 0 ? { intraOpNumThreads: source.threads } : {}),
    });
  } catch (cause) {
    throw new FirewallError('model-invalid', {
      message: 'ONNX Runtime refuses the graph',
      where: source.where,
      hint: 'It is damaged or needs a newer onnxruntime-node: install the model package and the runtime again.',
      cause,
    });
  }
}

function checkSignature(session: InferenceSession, outputs: readonly string[], where: string): void {
  const missing = [
    ...['input_ids', 'attention_mask', 'pooling'].filter((name) => !session.inputNames.includes(name)),
    ...outputs.filter((name) => !session.outputNames.includes(name)),
  ];
  if (missing.length === 0) return;
  throw new FirewallError('model-invalid', {
    message: `The graph lacks ${missing.join(', ')}`,
    where,
    hint: 'It is not an activation graph of these layers: make one with `alknet-model-export`.',
  });
}

/** int64 [1, n] */
function int64(runtime: Runtime, values: Int32Array): OrtTensor {
  return new runtime.Tensor('int64', new BigInt64Array(int64Words(values).buffer), [1, values.length]);
}

/** The model was closed before the window's turn came. */
export function closedError(where: string): FirewallError {
  return new FirewallError('closed', {
    message: 'The detector model was closed',
    where,
    hint: 'Call close() only after the last screen(), or load a new Firewall.',
  });
}
