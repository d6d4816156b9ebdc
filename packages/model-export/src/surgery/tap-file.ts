/** Taps a model file: reads it with its external data, and proves the result causal before handing it over. */
import { dirname } from 'node:path';
import type { OnnxModel } from '../onnx/model.ts';
import { readModel } from '../onnx/read.ts';
import { writeModel } from '../onnx/write.ts';
import { fileSource } from '../weights/byte-source.ts';
import { type CausalReport, checkCausal } from './causal-check.ts';
import { loadExternalData } from './external-data.ts';
import { type TapOptions, type TappedModel, tap } from './tap.ts';

/**
 * How far an earlier token may move in a dynamically quantised graph, relative L2. The rounding grid moves with the last
 * token: rows of the fixtures move by up to 0.017, and by 0.44 to 0.57 where the causal mask is missing.
 */
const DYNAMIC_TOLERANCE = 0.1;

/** A checked activation graph, complete in one file. */
export interface TappedFile extends TappedModel, CausalReport {
  readonly bytes: Uint8Array;
}

/** Reads an ONNX file; constants kept in other files stay there. */
export function readModelFile(path: string): OnnxModel {
  const source = fileSource(path);
  try {
    return readModel(source.read(0, source.size), path);
  } finally {
    source.close();
  }
}

/**
 * {@link tap} for a file. External data is read for the constants that are kept only, and only from the model's folder.
 *
 * @throws ModelExportError as `readModel`, `tap` and `loadExternalData` do, and `verification-failed` where a token's
 * values depend on a later token
 * @example
 * const { bytes, warnings } = await tapFile('model.onnx', { layers: [1, 2, 4, 8] });
 * await writeFile('taps.onnx', bytes);
 */
export async function tapFile(path: string, options: TapOptions): Promise<TappedFile> {
  const tapped = tap(readModelFile(path), options);
  const model = { ...tapped.model, graph: loadExternalData(tapped.model.graph, dirname(path)) };
  const bytes = writeModel(model);
  const dynamic = tapped.warnings.some(({ code }) => code === 'dynamic-quantisation');
  const report = await checkCausal(bytes, {
    layers: tapped.layers,
    vocabulary: tapped.stream.vocabulary,
    pooling: tapped.pooling,
    tolerance: dynamic ? DYNAMIC_TOLERANCE : 0,
  });
  return { ...tapped, model, bytes, ...report };
}
