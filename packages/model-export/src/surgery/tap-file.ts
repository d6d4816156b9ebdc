/** Taps a model file: reads it with its external data, and proves the result before handing it over. */
import { dirname } from 'node:path';
import type { OnnxGraph, OnnxModel } from '../onnx/model.ts';
import { readModel } from '../onnx/read.ts';
import { writeModel } from '../onnx/write.ts';
import { type Int8Report, toInt8 } from '../passes/int8.ts';
import { measurePasses, type PassTexts } from '../passes/measure-passes.ts';
import type { LayerError } from '../verify/layer-error.ts';
import { fileSource } from '../weights/byte-source.ts';
import { type CausalReport, checkCausal } from './causal-check.ts';
import { loadExternalData } from './external-data.ts';
import { type TapOptions, type TappedModel, tap, tapWithPrefix } from './tap.ts';

/**
 * How far an earlier token may move in a dynamically quantised graph, relative L2. The rounding grid moves with the last
 * token: rows of the fixtures move by up to 0.017, and by 0.44 to 0.57 where the causal mask is missing.
 */
const DYNAMIC_TOLERANCE = 0.1;

/** What to do besides tapping. */
export interface Passes {
  /** Products become int8 products with a scale for each token. */
  readonly int8?: boolean;
  /** Tokens whose keys and values become constants; the first token of every input then stands for them. */
  readonly sink?: readonly number[];
  /** What int8 is calibrated on, and what the error of the passes is measured on. */
  readonly texts: PassTexts;
}

/** What to tap, and how. */
export interface TapFileOptions extends TapOptions {
  readonly passes?: Passes;
}

/** A checked activation graph, complete in one file. */
export interface TappedFile extends TappedModel, CausalReport {
  readonly bytes: Uint8Array;
  readonly int8?: Int8Report;
  readonly sink?: readonly number[];
  /** Distance of the passes' result to the float graph without them, token by token; empty where there was no pass. */
  readonly errors: readonly LayerError[];
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
 * @throws ModelExportError as `readModel`, `tap` and `loadExternalData` do; `unsupported` where a pass does not fit the export;
 * `verification-failed` where a token's values depend on a later token, or a baked sink changed the values
 * @example
 * const { bytes, warnings } = await tapFile('model.onnx', { layers: [1, 2, 4, 8] });
 * await writeFile('taps.onnx', bytes);
 */
export async function tapFile(path: string, options: TapFileOptions): Promise<TappedFile> {
  const { passes } = options;
  const original = readModelFile(path);
  const load = (graph: OnnxGraph): OnnxGraph => loadExternalData(graph, dirname(path));
  const sink = passes?.sink;
  const tapped = sink === undefined ? tap(original, options) : await tapWithPrefix(original, options, sink, load);
  const float = { ...tapped.model, graph: load(tapped.model.graph) };
  const int8 = passes?.int8 === true ? await toInt8(float, passes.texts.calibration) : undefined;
  const model = int8?.model ?? float;
  const bytes = writeModel(model);
  const dynamic = tapped.warnings.some(({ code }) => code === 'dynamic-quantisation');
  const report = await checkCausal(bytes, {
    layers: tapped.layers,
    vocabulary: tapped.stream.vocabulary,
    pooling: tapped.pooling,
    tolerance: dynamic ? DYNAMIC_TOLERANCE : 0,
  });
  const errors =
    passes === undefined ? [] : await measurePasses(bytes, await tapFile(path, withoutPasses(options)), passes);
  return {
    ...tapped,
    model,
    bytes,
    ...report,
    errors,
    ...(int8 === undefined ? {} : { int8: int8.report }),
    ...(sink === undefined ? {} : { sink }),
  };
}

function withoutPasses({ passes: _, ...options }: TapFileOptions): TapFileOptions {
  return options;
}
