/** Opens what a firewall reads with: config, model folder, tokenizer, codebook. Each file is checked before it is used. */
import { isAbsolute, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { modelDirectory } from '@alknet/firewall-smollm2';
import type { Codebook } from './codebook/codebook.ts';
import { parseCodebook } from './codebook/format.ts';
import { loadConfig } from './config/load.ts';
import type { FirewallConfig, FirewallConfigInput } from './config/schema.ts';
import { FirewallError } from './errors.ts';
import type { DetectorModel } from './model/detector-model.ts';
import { isEquivalent, type Manifest, readManifest, readModelFile, readOrExplain } from './model/manifest.ts';
import type { Reader } from './reading.ts';
import { openModel, unshared } from './shared-model.ts';
import { createTokenizer } from './text/tokens.ts';

/** Where a firewall comes from. Everything is optional: without options, the embedded model and codebook are used. */
export interface LoadOptions extends Omit<FirewallConfigInput, 'model' | 'codebook'> {
  /** A `firewall.toml`. Options beside it win over the file. */
  readonly config?: string | URL;
  /** A model folder (with a `manifest.json`), or a detector model that is already open, such as a remote one. */
  readonly model?: string | URL | DetectorModel;
  /** A codebook file; by default the one of the model folder. */
  readonly codebook?: string | URL;
}

/** An open engine: the reader, its config, and how to let go of it. */
export interface Engine {
  readonly reader: Reader;
  readonly config: FirewallConfig;
  readonly name: string;
  close(): Promise<void>;
}

/**
 * @throws FirewallError `config-invalid`, `config-not-found`, `file-not-found`, `file-corrupt`, `manifest-invalid`,
 * `model-invalid`, `tokenizer-invalid`, `codebook-invalid`, `codebook-mismatch`, `remote-unreachable` or `remote-protocol`
 */
export async function openEngine(options: LoadOptions): Promise<Engine> {
  const { config: file, model, codebook, ...rest } = options;
  const remote = isDetectorModel(model) ? model : undefined;
  const overrides: FirewallConfigInput = {
    ...rest,
    ...(model !== undefined && remote === undefined ? { model: toPath(model as string | URL) } : {}),
    ...(codebook !== undefined ? { codebook: toPath(codebook) } : {}),
  };
  const { config } = await loadConfig({ ...(file === undefined ? {} : { file }), overrides });
  const folder = config.model ?? fileURLToPath(modelDirectory);
  const manifest = await readManifest(folder);
  const opening = remote === undefined ? openModel(folder, manifest, config) : unshared(remote);
  // It may fail while the rest is read, before anyone waits for it.
  opening.opened.catch(() => undefined);
  try {
    await opening.graphRead;
    const reader = await openReader(folder, manifest, config);
    const { model, release } = await opening.opened;
    assertMadeFor(reader.codebook, model, manifest, config);
    return { reader: { ...reader, model }, config, name: manifest.name, close: release };
  } catch (error) {
    await opening.opened.then(
      (shared) => shared.release(),
      () => undefined,
    );
    throw error;
  }
}

/** All that reads but the model. */
async function openReader(folder: string, manifest: Manifest, config: FirewallConfig): Promise<Omit<Reader, 'model'>> {
  const { windows, limits, views, sessions } = config;
  const [tokenizer, codebook] = await Promise.all([
    readModelFile(folder, manifest, 'tokenizer.json'),
    readCodebook(folder, manifest, config.codebook),
  ]);
  return {
    codebook,
    tokenizer: createTokenizer(JSON.parse(Buffer.from(tokenizer).toString('utf8'))),
    sinkToken: manifest.sinkToken,
    windows,
    windowsAhead: Math.max(1, 2 * sessions),
    limits,
    views,
  };
}

async function readCodebook(folder: string, manifest: Manifest, file: string | undefined): Promise<Codebook> {
  if (file !== undefined) return parseCodebook(await readOrExplain(file), file);
  const name = 'codebook.safetensors';
  return parseCodebook(await readModelFile(folder, manifest, name), resolve(folder, name));
}

/** A codebook only means something on the graph whose activations it was made from. */
function assertMadeFor(codebook: Codebook, { info }: DetectorModel, manifest: Manifest, config: FirewallConfig): void {
  const where = config.codebook ?? codebook.name;
  const mismatch = (message: string): FirewallError =>
    new FirewallError('codebook-mismatch', {
      message,
      where,
      hint:
        'Use the codebook of this model, train one on it with `alknet-firewall train`, or, where both graphs come from the same ' +
        'weights, prove it with `alknet-model-export verify --record`.',
    });
  const { graphSha256 } = codebook;
  if (graphSha256 !== info.graphSha256 && !isEquivalent(manifest, info.graphSha256, graphSha256)) {
    throw mismatch(
      `The codebook was made on graph ${graphSha256.slice(0, 12)}, the model is graph ${info.graphSha256.slice(0, 12)}`,
    );
  }
  for (const head of Object.values(codebook.heads)) {
    const layers = head.layers.map(({ layer }) => layer);
    if (codebook.width !== info.width || layers.join() !== info.layers.join()) {
      throw mismatch(
        `The codebook reads layers ${layers} of width ${codebook.width}, the model has ${info.layers} of ${info.width}`,
      );
    }
  }
  if (config.windows.size + 1 > info.maxTokens) {
    throw new FirewallError('config-invalid', {
      message: `windows.size is ${config.windows.size}, this model reads at most ${info.maxTokens - 1} tokens`,
      where: 'windows.size',
      hint: `Set it to ${info.maxTokens - 1} or less.`,
    });
  }
}

function isDetectorModel(value: unknown): value is DetectorModel {
  return typeof value === 'object' && value !== null && 'infer' in value;
}

function toPath(value: string | URL): string {
  const path = value instanceof URL || value.startsWith('file:') ? fileURLToPath(value) : value;
  return isAbsolute(path) ? path : resolve(path);
}
