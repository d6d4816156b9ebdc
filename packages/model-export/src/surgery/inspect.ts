/** Describes a model as surgery sees it: its layers, what a tap would keep, and why it would be refused. */
import { ModelExportError } from '../errors.ts';
import type { OnnxModel } from '../onnx/model.ts';
import { findResiduals, type ResidualStream } from './residuals.ts';
import { tap } from './tap.ts';
import { type SurgeryWarning, surgeryWarnings } from './warnings.ts';

/** What surgery finds in a model. */
export interface Inspection {
  /** Absent where the structure is not understood. */
  readonly stream: ResidualStream | undefined;
  /** Layers, without the embedding; 0 where none were found. */
  readonly layers: number;
  /** Counts for a graph tapped after the last layer; absent where it would be refused. */
  readonly pruned: PruneReport | undefined;
  /** Why `tap` refuses the model, before it is run. */
  readonly refusal: ModelExportError | undefined;
  readonly warnings: readonly SurgeryWarning[];
}

/** What a tap after the last layer leaves out. */
export interface PruneReport {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Names of constants, such as the head's weights. */
  readonly constants: readonly string[];
  readonly nodesBefore: number;
  readonly nodesAfter: number;
}

/**
 * Inspects a model without running it. Only a broken graph throws; one that is not understood is described.
 *
 * @example
 * const { stream, layers, refusal } = inspect(readModel(bytes));
 * console.log(stream?.hops, layers, refusal?.what);
 */
export function inspect(model: OnnxModel): Inspection {
  let stream: ResidualStream | undefined;
  try {
    stream = findResiduals(model.graph);
    const layers = stream.residuals.length - 1;
    const tapped = tap(model, { layers: [layers] });
    return { stream, layers, pruned: pruneReport(model, tapped.model), refusal: undefined, warnings: tapped.warnings };
  } catch (error) {
    if (!ModelExportError.isInstance(error) || error.code !== 'unsupported') throw error;
    const layers = stream === undefined ? 0 : stream.residuals.length - 1;
    return { stream, layers, pruned: undefined, refusal: error, warnings: surgeryWarnings(model.graph) };
  }
}

function pruneReport(before: OnnxModel, after: OnnxModel): PruneReport {
  const without = (list: readonly { name: string }[], kept: readonly { name: string }[]): string[] => {
    const names = new Set(kept.map(({ name }) => name));
    return list.map(({ name }) => name).filter((name) => !names.has(name));
  };
  return {
    inputs: without(before.graph.inputs, after.graph.inputs),
    outputs: without(before.graph.outputs, after.graph.outputs),
    constants: without(before.graph.initializers, after.graph.initializers),
    nodesBefore: before.graph.nodes.length,
    nodesAfter: after.graph.nodes.length,
  };
}
