/** Adds a user's own texts to a codebook, without the texts it was trained on. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type Codebook,
  type HeadName,
  type Manifest,
  type Preset,
  parseCodebook,
  readManifest,
  serialiseCodebook,
} from '@alknet/firewall-core';
import { TrainerError } from '../errors.ts';
import { defaultCut } from '../features/layout.ts';
import { openGraph, openTokenizer } from '../features/model-folder.ts';
import { listCodebook } from '../list-codebook.ts';
import { readCorpus } from '../samples/corpus.ts';
import type { Sample } from '../samples/sample.ts';
import { type HeadChange, headChange } from './head-change.ts';
import { learn } from './learn.ts';
import { readExamples } from './read-examples.ts';
import { watchedTexts } from './watched-texts.ts';

/** What to add, to which codebook, and where the result goes. */
export interface AddOptions {
  /** Folder of the detector model. */
  readonly model: string;
  /** The codebook to add to; by default the model folder's. */
  readonly codebook?: string;
  /** The user's texts, as `readSamples` gives them. */
  readonly samples: readonly Sample[];
  /** File to write. */
  readonly out: string;
  /** Whose thresholds decide what is right and wrong; default `balanced`. */
  readonly preset?: Preset;
  /** As `windows` in the configuration of the firewall that will use it. */
  readonly windows?: { readonly size: number; readonly stride: number };
  /** Known texts whose decisions are to stay; by default a sample of those that come with this package. */
  readonly watched?: readonly Sample[];
  /** Told what is under way: a step's name and the share of it that is done. */
  readonly progress?: (step: string, done: number) => void;
}

/** What adding gives. */
export interface Added {
  readonly bytes: Uint8Array;
  readonly name: string;
  readonly heads: Readonly<Record<HeadName, HeadChange>>;
}

/**
 * Adds the samples to the codebook and writes the result. The same model, codebook and samples give the same bytes.
 *
 * @throws TrainerError `data-too-small` without samples, `option-invalid` when the codebook is another graph's
 * or the windows are longer than the model reads;
 * FirewallError when the model folder or the codebook is not usable
 * @example
 * ```ts
 * import { addExamples, readSamples } from '@alknet/firewall-trainer';
 * import { modelDirectory } from '@alknet/firewall-smollm2';
 * import { fileURLToPath } from 'node:url';
 *
 * const samples = await readSamples('mine.jsonl');
 * const { heads } = await addExamples({ model: fileURLToPath(modelDirectory), samples, out: 'codebook.safetensors' });
 * console.log(heads.prompt.attacks, heads.prompt.unlearnt);
 * ```
 */
export async function addExamples(options: AddOptions): Promise<Added> {
  const { model: folder, samples, out, preset = 'balanced', progress = () => {} } = options;
  if (samples.length === 0) throw noSamples();
  const manifest = await readManifest(folder);
  const file = options.codebook ?? join(folder, 'codebook.safetensors');
  const codebook = parseCodebook(await readFile(file), file);
  assertMadeOn(codebook, manifest, file);
  const windows = options.windows ?? defaultCut.windows;
  if (windows.size + 1 > manifest.maxTokens) throw windowTooLong(windows.size, manifest);
  const watched = options.watched ?? watchedTexts(await readCorpus());

  const model = await openGraph(folder, manifest);
  const tokenizer = await openTokenizer(folder, manifest);
  const { sinkToken } = manifest;
  const reader = { model, tokenizer, sinkToken, codebook, windows };
  const own = await readExamples(reader, samples, (done) => progress('reading your texts', done));
  const known = await readExamples(reader, watched, (done) => progress('reading known texts', done));
  await model.close();

  const change = (name: HeadName) => {
    progress(`${name} head`, 0);
    const before = codebook.heads[name];
    const texts = known[name];
    const of = (wanted: 0 | 1) => texts.filter(({ label }) => label === wanted);
    const both = { harmless: of(0), attacks: of(1) };
    const head = learn(before, preset, own[name], both);
    progress(`${name} head`, 1);
    return { head, change: headChange(before, head, preset, own[name], both) };
  };
  const [prompt, data] = [change('prompt'), change('data')];
  const { sha256: _, ...rest } = codebook;
  const name = nameWith(codebook.name, samples.length);
  const bytes = serialiseCodebook({ ...rest, name, heads: { prompt: prompt.head, data: data.head } });
  await writeFile(out, bytes);
  await listCodebook(folder, out, bytes);
  return { bytes, name, heads: { prompt: prompt.change, data: data.change } };
}

/** `smollm2-default +12 examples`; further ones are counted together. */
export function nameWith(name: string, added: number): string {
  const [, base = name, before = '0'] = /^(.*) \+(\d+) examples?$/.exec(name) ?? [];
  const count = Number(before) + added;
  return `${base} +${count} example${count === 1 ? '' : 's'}`;
}

function assertMadeOn(codebook: Codebook, manifest: Manifest, where: string): void {
  const graph = manifest.files['model.onnx']?.sha256;
  const layers = codebook.heads.prompt.layers.map(({ layer }) => layer);
  const equivalent = manifest.equivalentTo.some(({ graphSha256 }) => graphSha256 === codebook.graphSha256);
  const fits = codebook.width === manifest.width && layers.join() === manifest.layers.join();
  if (fits && (codebook.graphSha256 === graph || equivalent)) return;
  throw new TrainerError('option-invalid', {
    message: 'The codebook was made on another model',
    where,
    hint: 'Name the model folder that this codebook belongs to.',
  });
}

function windowTooLong(size: number, { maxTokens }: Manifest): TrainerError {
  return new TrainerError('option-invalid', {
    message: `Windows of ${size} tokens are longer than this model reads`,
    where: 'windows.size',
    hint: `Set it to ${maxTokens - 1} or less, as in the configuration of the firewall that will use the codebook.`,
  });
}

function noSamples(): TrainerError {
  return new TrainerError('data-too-small', {
    message: 'There are no texts to add',
    where: 'samples',
    hint: 'Give at least one object {"text", "label"} a line.',
  });
}
