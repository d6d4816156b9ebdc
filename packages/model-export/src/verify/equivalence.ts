/** Proves that two model folders give the same activations, and writes the proof into the first one's manifest. */
import { createHash } from 'node:crypto';
import { readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ModelExportError } from '../errors.ts';
import { CALIBRATION_TEXTS } from '../llama/calibration-texts.ts';
import { encodeWithSink } from '../tokenizer/encode.ts';
import { openActivationGraph } from './activation-graph.ts';
import type { LayerError } from './layer-error.ts';
import { MEASURING_TEXTS } from './measuring-texts.ts';
import { compareGraphs, errorTable } from './verify.ts';

/**
 * Largest mean relative error of a layer's tokens between two graphs of one model. Two int8 graphs of SmolLM2 that were
 * rounded independently stay below it; another model, layer or rotation is at 1 or more.
 */
const MEAN_ERROR = 0.06;

/** How to verify. */
export interface EquivalenceOptions {
  /** Largest mean relative error of a layer that passes; 0.06 unless given. */
  readonly meanError?: number;
  /** Whether to write the proof into the manifest. */
  readonly record?: boolean;
}

/** What was proven. */
export interface EquivalenceProof {
  /** sha256 of the graph whose codebooks may be read with. */
  readonly graphSha256: string;
  readonly errors: readonly LayerError[];
}

/** Whether a path is a folder. */
export function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/**
 * Runs both folders' graphs on the package's texts and compares them token by token. Tokenizer, sink, layers and width must
 * be the same; the proof names the hashes of graph and tokenizer, so that it ends when either is replaced.
 *
 * @throws ModelExportError `verification-failed` where an error is over the limit, `shape-mismatch` where the folders describe
 * different models, `file-unreadable` or `malformed` for a damaged folder
 * @example
 * await verifyFolders('tapped', 'node_modules/@alknet/firewall-smollm2/data', { record: true });
 * const firewall = await Firewall.load({ model: 'tapped', codebook: 'codebook.safetensors' });
 */
export async function verifyFolders(
  folder: string,
  against: string,
  { meanError = MEAN_ERROR, record = false }: EquivalenceOptions = {},
): Promise<EquivalenceProof> {
  const [ours, theirs] = [openFolder(folder), openFolder(against)];
  assertSameModel(ours, theirs);
  const [graph, other] = await Promise.all([
    openActivationGraph(ours.graph, folder),
    openActivationGraph(theirs.graph, against),
  ]);
  try {
    const longest = Math.min(ours.manifest.maxTokens, theirs.manifest.maxTokens);
    const texts = encodeWithSink(ours.tokenizer, ours.manifest.sinkToken, [...MEASURING_TEXTS, ...CALIBRATION_TEXTS]);
    const errors = await compareGraphs(
      graph,
      other,
      texts.map((ids) => ids.slice(0, longest)),
    );
    const failed = errors.find((error) => !(error.meanError <= meanError));
    if (failed !== undefined) throw notEquivalent(folder, failed, errors, meanError);
    if (record) writeProof(folder, ours, theirs, errors);
    return { graphSha256: theirs.graphSha256, errors };
  } finally {
    await graph.close();
    await other.close();
  }
}

interface Manifest {
  readonly layers: readonly number[];
  readonly width: number;
  readonly maxTokens: number;
  readonly sinkToken: number;
  readonly files: Readonly<Record<string, { readonly sha256: string }>>;
  readonly equivalentTo?: readonly { readonly graphSha256: string }[];
}

interface ModelFolder {
  readonly manifest: Manifest;
  readonly graph: Uint8Array;
  readonly graphSha256: string;
  readonly tokenizer: object;
  readonly tokenizerSha256: string;
}

function openFolder(folder: string): ModelFolder {
  const manifest = parse(join(folder, 'manifest.json'), read(folder, 'manifest.json')) as Manifest;
  const graph = read(folder, 'model.onnx');
  const tokenizer = read(folder, 'tokenizer.json');
  const hash = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
  const [graphSha256, tokenizerSha256] = [hash(graph), hash(tokenizer)];
  const listed = [manifest.files?.['model.onnx']?.sha256, manifest.files?.['tokenizer.json']?.sha256];
  if (listed[0] !== graphSha256 || listed[1] !== tokenizerSha256)
    throw malformed(join(folder, 'manifest.json'), 'It does not describe the files beside it');
  const json = parse(join(folder, 'tokenizer.json'), tokenizer);
  return { manifest, graph, graphSha256, tokenizer: json, tokenizerSha256 };
}

function assertSameModel(ours: ModelFolder, theirs: ModelFolder): void {
  const facts = ({ manifest, tokenizerSha256 }: ModelFolder): Record<string, string> => ({
    tokenizer: tokenizerSha256,
    'sink token': String(manifest.sinkToken),
    layers: String(manifest.layers),
    width: String(manifest.width),
  });
  const other = facts(theirs);
  const [name, value] = Object.entries(facts(ours)).find(([key, fact]) => other[key] !== fact) ?? [];
  if (name === undefined) return;
  throw new ModelExportError({
    code: 'shape-mismatch',
    what: `The folders differ in their ${name}: ${value} and ${other[name]}`,
    where: 'manifest.json',
    todo: 'Tap the same layers of the same model, with the same tokenizer.json and sink token.',
  });
}

function writeProof(folder: string, ours: ModelFolder, theirs: ModelFolder, errors: readonly LayerError[]): void {
  const { graphSha256, tokenizerSha256, manifest } = ours;
  const entry = {
    graphSha256: theirs.graphSha256,
    provenFor: { graphSha256, tokenizerSha256 },
    vectors: errors[0]?.vectors,
    meanErrors: Object.fromEntries(errors.map(({ layer, meanError }) => [layer, Number(meanError.toPrecision(2))])),
  };
  const others = (manifest.equivalentTo ?? []).filter((known) => known.graphSha256 !== theirs.graphSha256);
  const temporary = join(folder, '.manifest.json.tmp');
  writeFileSync(temporary, `${JSON.stringify({ ...manifest, equivalentTo: [...others, entry] }, null, 2)}\n`);
  renameSync(temporary, join(folder, 'manifest.json'));
}

function read(folder: string, name: string): Buffer {
  const path = join(folder, name);
  try {
    return readFileSync(path);
  } catch (cause) {
    const todo = 'Give a model folder: model.onnx, tokenizer.json and manifest.json.';
    throw new ModelExportError({ code: 'file-unreadable', what: 'The file cannot be read', where: path, todo, cause });
  }
}

function parse(path: string, bytes: Buffer): object {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    if (typeof value === 'object' && value !== null) return value;
  } catch {
    // reported below
  }
  throw malformed(path, 'It is not a JSON object');
}

function malformed(where: string, what: string): ModelExportError {
  return new ModelExportError({ code: 'malformed', what, where, todo: 'Write the folder anew with `tap` or `build`.' });
}

function notEquivalent(
  folder: string,
  failed: LayerError,
  all: readonly LayerError[],
  limit: number,
): ModelExportError {
  return new ModelExportError({
    code: 'verification-failed',
    what: `Layer ${failed.layer} differs by ${failed.meanError.toExponential(2)} on average, more than ${limit}\n${errorTable(all)}`,
    where: folder,
    todo: 'The graphs are not of one model, or one is rounded too coarsely: train a codebook on this one.',
  });
}
