/** Runs a graph on a few texts and notes how large each channel of chosen values gets. */
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { ModelExportError } from '../errors.ts';
import { DataType, type OnnxModel } from '../onnx/model.ts';
import { writeModel } from '../onnx/write.ts';
import { freshNames } from '../surgery/names.ts';
import { intAttribute, makeNode } from '../surgery/nodes.ts';

/**
 * The largest absolute value of each channel of each value, [columns], over all tokens but the first of each text: a
 * sink's activations are hundreds of times larger than any other's and would rule the scales.
 *
 * @param model a pooling activation graph, complete in memory
 * @param values names and numbers of columns
 * @param texts token ids, each starting with the sink
 * @throws ModelExportError `bad-argument` where the graph cannot read the texts
 */
export async function largestOfChannels(
  model: OnnxModel,
  values: ReadonlyMap<string, number>,
  texts: readonly (readonly number[])[],
): Promise<Map<string, Float64Array>> {
  const { observed, outputs } = withOutputs(model, [...values.keys()]);
  const runtime = await import('onnxruntime-node');
  const session: InferenceSession = await runtime.InferenceSession.create(writeModel(observed), {
    logSeverityLevel: 4,
  });
  try {
    const largest = new Map([...values].map(([name, columns]) => [name, new Float64Array(columns)]));
    for (const ids of texts) {
      const results = await session.run(feedsOf(runtime, ids), [...outputs.values()]);
      for (const [name, output] of outputs) {
        note(largest.get(name) as Float64Array, results[output]?.data as Float32Array);
      }
    }
    return largest;
  } catch (cause) {
    throw new ModelExportError({
      code: 'bad-argument',
      what: 'The graph cannot read the calibration texts',
      where: 'tokenizer',
      todo: 'Give the tokenizer of this model, and a length within its positions.',
      cause,
    });
  } finally {
    await session.release();
  }
}

function withOutputs(
  model: OnnxModel,
  values: readonly string[],
): { observed: OnnxModel; outputs: Map<string, string> } {
  const { graph } = model;
  const fresh = freshNames(graph, []);
  const outputs = new Map(values.map((name) => [name, fresh('observed')]));
  const casts = [...outputs].map(([name, output]) =>
    makeNode('Cast', [name], [output], [intAttribute('to', DataType.FLOAT)]),
  );
  const infos = [...outputs.values()].map((name) => ({ name, elementType: DataType.FLOAT }));
  const observed = {
    ...model,
    graph: { ...graph, nodes: [...graph.nodes, ...casts], outputs: [...graph.outputs, ...infos] },
  };
  return { observed, outputs };
}

function feedsOf(runtime: typeof import('onnxruntime-node'), ids: readonly number[]): Record<string, Tensor> {
  const shape = [1, ids.length];
  return {
    input_ids: new runtime.Tensor('int64', BigInt64Array.from(ids, BigInt), shape),
    attention_mask: new runtime.Tensor('int64', new BigInt64Array(ids.length).fill(1n), shape),
    pooling: new runtime.Tensor('float32', new Float32Array(ids.length), shape),
  };
}

function note(largest: Float64Array, rows: Float32Array): void {
  const columns = largest.length;
  for (let i = columns; i < rows.length; i++) {
    const channel = i % columns;
    largest[channel] = Math.max(largest[channel] as number, Math.abs(rows[i] as number));
  }
}
