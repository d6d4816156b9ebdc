/** Measures what the passes cost: the finished graph against the float graph that was only tapped. */
import { ModelExportError } from '../errors.ts';
import { type ActivationGraph, openActivationGraph } from '../verify/activation-graph.ts';
import type { LayerError } from '../verify/layer-error.ts';
import { compareGraphs } from '../verify/verify.ts';

/** Token ids, each text starting with the sink token and within the model's positions. */
export interface PassTexts {
  readonly calibration: readonly (readonly number[])[];
  readonly measuring: readonly (readonly number[])[];
}

/** What a float graph with a baked sink may differ by, relative: kernels sum in another order. */
const SINK_ERROR = 1e-4;

/**
 * Error of each layer over the measuring texts, token by token, the first token left out.
 *
 * @throws ModelExportError `verification-failed` where a sink alone moved the values: the export uses its past in another way
 * than it seemed
 */
export async function measurePasses(
  bytes: Uint8Array,
  float: { readonly bytes: Uint8Array },
  { int8 = false, sink = [], texts }: { int8?: boolean; sink?: readonly number[]; texts: PassTexts },
): Promise<LayerError[]> {
  const candidate = await openActivationGraph(bytes, 'the graph with passes');
  const plain = await openActivationGraph(float.bytes, 'the tapped graph');
  try {
    const errors = await compareGraphs(candidate, sink.length === 0 ? plain : behind(plain, sink), texts.measuring);
    const worst = errors.find(({ maxError }) => !(maxError <= SINK_ERROR));
    if (int8 || worst === undefined) return errors;
    throw new ModelExportError({
      code: 'verification-failed',
      what: `With the sink baked in, values of layer ${worst.layer} differ by ${worst.maxError.toExponential(1)}`,
      where: '--sink',
      todo: 'Tap it without --sink, and report the export.',
    });
  } finally {
    await candidate.close();
    await plain.close();
  }
}

/** A graph without a baked prefix, fed as one with it: the first token of a text stands for the prefix. */
function behind(graph: ActivationGraph, prefix: readonly number[]): ActivationGraph {
  const more = prefix.length - 1;
  return {
    ...graph,
    run(ids, pooling) {
      const segments = pooling.length / ids.length;
      const shifted = new Float32Array(segments * (ids.length + more));
      for (let row = 0; row < segments; row++) {
        shifted.set(pooling.subarray(row * ids.length, (row + 1) * ids.length), row * (ids.length + more) + more);
      }
      return graph.run([...prefix, ...ids.slice(1)], shifted);
    },
  };
}
