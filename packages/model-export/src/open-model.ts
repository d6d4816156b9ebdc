/** Opens a model by path: a GGUF file, a safetensors file or index with its config.json, or a folder that holds one. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ModelExportError } from './errors.ts';
import { type LlamaConfig, llamaConfigFromGguf, llamaConfigFromJson } from './llama/config.ts';
import { tokenizerFromGguf } from './tokenizer/gguf-tokenizer.ts';
import { fileSource } from './weights/byte-source.ts';
import { openGguf } from './weights/gguf.ts';
import { openSafetensors, openShardedSafetensors } from './weights/safetensors.ts';
import type { WeightSource } from './weights/weight-source.ts';

/** Weights with what belongs to them. */
export interface OpenedModel {
  readonly source: WeightSource;
  readonly config: LlamaConfig;
  /** Contents of a tokenizer.json, made from the GGUF or read from beside the weights; absent where there is none. */
  readonly tokenizer?: object;
  /** Id of the token that starts a text, which serves as the attention sink in front of every window. */
  readonly startToken?: number;
}

/**
 * Opens weights of a LLaMA-family model.
 *
 * @throws ModelExportError `file-unreadable`, or whatever the file's format or its configuration is refused for
 */
export function openModel(path: string): OpenedModel {
  const file = findWeights(path);
  return file.endsWith('.gguf') ? openGgufModel(file) : openSafetensorsModel(file);
}

function findWeights(path: string): string {
  if (!existsSync(path)) throw unreadable(path, 'There is no such file or folder');
  if (!statSync(path).isDirectory()) return path;
  const found = ['model.safetensors.index.json', 'model.safetensors']
    .map((name) => join(path, name))
    .find((file) => existsSync(file));
  if (found === undefined) throw unreadable(path, 'The folder has no model.safetensors');
  return found;
}

function openGgufModel(file: string): OpenedModel {
  const source = openGguf(fileSource(file));
  const start = source.metadata.get('tokenizer.ggml.bos_token_id');
  return {
    source,
    config: llamaConfigFromGguf(source),
    ...(source.metadata.has('tokenizer.ggml.model') ? { tokenizer: tokenizerFromGguf(source) } : {}),
    ...(typeof start === 'number' ? { startToken: start } : {}),
  };
}

function openSafetensorsModel(file: string): OpenedModel {
  const source = file.endsWith('.json') ? openShardedSafetensors(file) : openSafetensors(fileSource(file));
  const config = readJson(join(dirname(file), 'config.json'));
  const tokenizerFile = join(dirname(file), 'tokenizer.json');
  return {
    source,
    config: llamaConfigFromJson(config),
    ...(existsSync(tokenizerFile) ? { tokenizer: readJson(tokenizerFile) } : {}),
    ...(typeof config.bos_token_id === 'number' ? { startToken: config.bos_token_id } : {}),
  };
}

function readJson(file: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  } catch (cause) {
    throw unreadable(file, 'The file is missing or not JSON', cause);
  }
  throw unreadable(file, 'The file is not a JSON object');
}

function unreadable(where: string, what: string, cause?: unknown): ModelExportError {
  const todo = 'Give a .gguf file, or a folder with model.safetensors and config.json.';
  return new ModelExportError({ code: 'file-unreadable', what, where, todo, cause });
}
