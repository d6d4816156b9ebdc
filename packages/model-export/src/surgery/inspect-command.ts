/** The part of `alknet-model-export inspect` that says what `tap` would do with a graph. */
import { ModelExportError } from '../errors.ts';
import type { OnnxModel } from '../onnx/model.ts';
import { describeInspection } from './describe-inspection.ts';
import { inspect } from './inspect.ts';

/**
 * Lines to print below the description of a graph: layers, residual tensors, what would be pruned, warnings. A broken graph
 * is described by its error instead.
 */
export function describeDecoder(model: OnnxModel): string {
  try {
    return describeInspection(inspect(model));
  } catch (error) {
    if (!ModelExportError.isInstance(error)) throw error;
    return `refused     ${error.what} (${error.where})`;
  }
}
