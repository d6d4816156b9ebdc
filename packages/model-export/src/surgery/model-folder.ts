/** Writes a tapped model as a folder that the firewall and the trainer load: graph, tokenizer, manifest. */
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { ModelExportError } from '../errors.ts';
import { describeFiles, LAYER_CONVENTION } from '../manifest.ts';
import type { LayerError } from '../verify/layer-error.ts';
import { assertReadsTokens } from './causal-check.ts';
import type { TappedFile } from './tap-file.ts';

/** What a folder holds besides the graph. */
export interface ModelFolderOptions {
  /** Path of the model's tokenizer.json. */
  readonly tokenizer: string;
  /** Longest window in tokens, the sink included; the graph is run once at this length. */
  readonly maxTokens: number;
  /** Id of a special token that stands in front of every window. */
  readonly sinkToken: number;
  /** The folder's own name unless given. */
  readonly name?: string;
}

/**
 * Writes `model.onnx`, `tokenizer.json` and `manifest.json`. The folder may exist; the manifest comes last, so that a
 * folder written half is not taken for a whole one.
 *
 * @throws ModelExportError `bad-argument` where the graph does not pool, cannot read `maxTokens` tokens or knows no token
 * `sinkToken`; `file-unreadable` for the tokenizer
 * @example
 * const tapped = await tapFile('model.onnx', { layers: [1, 2, 4, 8] });
 * await writeModelFolder('my-model', tapped, { tokenizer: 'tokenizer.json', maxTokens: 1024, sinkToken: 1 });
 * const firewall = await Firewall.load({ model: 'my-model', codebook: 'mine.safetensors' });
 */
export async function writeModelFolder(folder: string, tapped: TappedFile, options: ModelFolderOptions): Promise<void> {
  const { maxTokens, sinkToken, name = basename(resolve(folder)) } = options;
  const { vocabulary } = tapped.stream;
  if (!tapped.pooling)
    throw badOption('pooling', 'The graph does not pool, as the firewall needs it', 'Tap with pooling.');
  if (!Number.isInteger(sinkToken) || sinkToken < 0 || sinkToken >= (vocabulary ?? Number.POSITIVE_INFINITY)) {
    throw badOption(
      'sinkToken',
      `${sinkToken} is no token id of the model`,
      `Give one below ${vocabulary ?? 'the vocabulary'}.`,
    );
  }
  if (!Number.isInteger(maxTokens) || maxTokens < 2)
    throw badOption('maxTokens', `${maxTokens} is no length`, 'Give 2 or more.');
  await assertReadsTokens(tapped.bytes, maxTokens, sinkToken);
  const tokenizer = readTokenizer(options.tokenizer);

  mkdirSync(folder, { recursive: true });
  rmSync(join(folder, 'manifest.json'), { force: true });
  replaceFile(folder, 'model.onnx', tapped.bytes);
  replaceFile(folder, 'tokenizer.json', tokenizer);
  const { layers, width, warnings, int8, sink } = tapped;
  const manifest = {
    formatVersion: 1,
    name,
    layers,
    layerConvention: LAYER_CONVENTION,
    width,
    ...(vocabulary === undefined ? {} : { vocabulary }),
    maxTokens,
    sinkToken,
    variant: int8 === undefined ? 'float' : 'int8',
    ...(sink === undefined ? {} : { bakedSink: sink }),
    ...(tapped.errors.length === 0 ? {} : { meanErrors: meanErrors(tapped.errors) }),
    warnings: warnings.map(({ code }) => code),
    files: describeFiles(folder),
  };
  replaceFile(folder, 'manifest.json', `${JSON.stringify(manifest, null, 2)}\n`);
}

/** Mean relative error to the float graph, by layer. */
function meanErrors(errors: readonly LayerError[]): Record<string, number> {
  return Object.fromEntries(errors.map(({ layer, meanError }) => [layer, Number(meanError.toPrecision(2))]));
}

/** The bytes of a tokenizer.json; throws `file-unreadable` where it is missing or not JSON. */
export function readTokenizer(path: string): Buffer {
  try {
    const bytes = readFileSync(path);
    JSON.parse(bytes.toString('utf8'));
    return bytes;
  } catch (cause) {
    const todo = 'Give the tokenizer.json that belongs to the model.';
    throw new ModelExportError({
      code: 'file-unreadable',
      what: 'The tokenizer is missing or not JSON',
      where: path,
      todo,
      cause,
    });
  }
}

/** A reader sees the old file or the new one, never a part. */
function replaceFile(folder: string, name: string, data: Uint8Array | string): void {
  const temporary = join(folder, `.${name}.tmp`);
  writeFileSync(temporary, data);
  renameSync(temporary, join(folder, name));
}

function badOption(where: string, what: string, todo: string): ModelExportError {
  return new ModelExportError({ code: 'bad-argument', what, where, todo });
}
