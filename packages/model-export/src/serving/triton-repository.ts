/** A Triton model repository around an activation graph. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ModelExportError } from '../errors.ts';
import { PYTHON_MODEL } from './python-model.ts';
import { examineGraph, type ServedGraph } from './served-graph.ts';
import { type TritonBackend, tritonConfig } from './triton-config.ts';

/** How to serve a graph. */
export interface TritonOptions {
  /** The model's name in URLs: letters, digits, dots, dashes. */
  readonly name: string;
  readonly backend: TritonBackend;
  /** Copies of the session. */
  readonly instances: number;
}

/**
 * Writes `FOLDER/NAME/config.pbtxt` and `FOLDER/NAME/1/model.onnx`, and `model.py` for the Python backend.
 *
 * @param path a model folder, whose manifest also says how many tokens the graph reads, or a graph file
 * @throws ModelExportError `file-unreadable`, or `unsupported` for what is no activation graph
 * @example
 * await writeTritonRepository('model/', 'repository/', { name: 'alknet', backend: 'onnxruntime', instances: 4 });
 */
export async function writeTritonRepository(
  path: string,
  folder: string,
  options: TritonOptions,
): Promise<ServedGraph> {
  const { graph, maxTokens } = readGraph(path);
  const served = await examineGraph(graph, path);
  const graphSha256 = createHash('sha256').update(graph).digest('hex');
  const model = join(folder, options.name);
  const version = join(model, '1');
  mkdirSync(version, { recursive: true });
  const config = { ...served, ...options, graphSha256, ...(maxTokens === undefined ? {} : { maxTokens }) };
  writeFileSync(join(version, 'model.onnx'), graph);
  if (options.backend === 'python') writeFileSync(join(version, 'model.py'), PYTHON_MODEL);
  writeFileSync(join(model, 'config.pbtxt'), tritonConfig(config));
  return served;
}

function readGraph(path: string): { graph: Uint8Array; maxTokens?: number } {
  try {
    if (!statSync(path).isDirectory()) return { graph: readFileSync(path) };
    const graph = readFileSync(join(path, 'model.onnx'));
    const manifest = join(path, 'manifest.json');
    const { maxTokens } = existsSync(manifest) ? JSON.parse(readFileSync(manifest, 'utf8')) : {};
    return Number.isSafeInteger(maxTokens) ? { graph, maxTokens } : { graph };
  } catch (cause) {
    throw new ModelExportError({
      code: 'file-unreadable',
      what: 'There is no graph to be read',
      where: path,
      todo: 'Give a model folder with model.onnx and manifest.json, or a .onnx file.',
      cause,
    });
  }
}
