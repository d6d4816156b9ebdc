/** The manifest of a model folder: what the model is, and the sha256 of every file before it is used. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { FirewallError } from '../errors.ts';
import { parseJson } from '../json.ts';

/** Largest model file that is read; keeps a mistaken path from filling the memory. */
const maxFileBytes = 2_000_000_000;

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** A proof by `alknet-model-export verify --record` that this folder's graph gives another graph's activations. */
const equivalence = z.looseObject({
  graphSha256: sha256,
  provenFor: z.looseObject({ graphSha256: sha256, tokenizerSha256: sha256 }),
});

const manifestSchema = z.looseObject({
  formatVersion: z.literal(1),
  name: z.string().min(1),
  layers: z.array(z.int().min(0)).min(1),
  width: z.int().min(1),
  maxTokens: z.int().min(2),
  sinkToken: z.int().min(0),
  files: z.record(z.string().regex(/^[\w.-]+$/), z.looseObject({ sha256 })),
  equivalentTo: z.array(equivalence).max(64).default([]),
});

/** What a model folder holds. */
export interface Manifest {
  readonly name: string;
  /** Tapped layers, `hidden_states` convention. */
  readonly layers: readonly number[];
  readonly width: number;
  readonly maxTokens: number;
  /** Token id in front of every window, which no pooling includes. */
  readonly sinkToken: number;
  readonly files: Readonly<Record<string, { readonly sha256: string }>>;
  /** Graphs whose codebooks this one may be read with; each holds for one graph and one tokenizer only. */
  readonly equivalentTo: readonly {
    readonly graphSha256: string;
    readonly provenFor: { readonly graphSha256: string; readonly tokenizerSha256: string };
  }[];
}

/** Whether the manifest records a proof that `graph` gives the activations of `other`, with the tokenizer it lists now. */
export function isEquivalent({ equivalentTo, files }: Manifest, graph: string, other: string): boolean {
  return equivalentTo.some(
    ({ graphSha256, provenFor }) =>
      graphSha256 === other &&
      provenFor.graphSha256 === graph &&
      provenFor.tokenizerSha256 === files['tokenizer.json']?.sha256,
  );
}

/**
 * Reads `manifest.json` of a model folder.
 *
 * @throws FirewallError `file-not-found` or `manifest-invalid`
 */
export async function readManifest(folder: string): Promise<Manifest> {
  const file = join(folder, 'manifest.json');
  const parsed = manifestSchema.safeParse(parseJson(Buffer.from(await readOrExplain(file)).toString('utf8')));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new FirewallError('manifest-invalid', {
    message: `Not a model manifest of version 1: ${issue?.path.join('.') || 'the file'}: ${issue?.message}`,
    where: file,
    hint: 'Install the model package again, or write the folder anew with `alknet-model-export build`.',
  });
}

/**
 * Reads a file of the model folder and compares its sha256 with the manifest: flipped bits in weights would load silently.
 *
 * @throws FirewallError `file-not-found`, `file-corrupt`, or `manifest-invalid` when the manifest does not list the file
 */
export async function readModelFile(folder: string, manifest: Manifest, name: string): Promise<Uint8Array> {
  const where = join(folder, name);
  const expected = manifest.files[name]?.sha256;
  if (expected === undefined) {
    throw new FirewallError('manifest-invalid', {
      message: `The manifest does not list ${name}`,
      where,
      hint: 'Install the model package again, or write the folder anew with `alknet-model-export build`.',
    });
  }
  const bytes = await readOrExplain(where);
  if (createHash('sha256').update(bytes).digest('hex') === expected) return bytes;
  throw new FirewallError('file-corrupt', {
    message: `The file has ${bytes.byteLength} bytes that do not match the sha256 in the manifest`,
    where,
    hint: 'It was damaged or replaced: install the model package again.',
  });
}

/** Reads a whole file; every failure becomes a FirewallError that names it. */
export async function readOrExplain(file: string): Promise<Uint8Array> {
  try {
    const bytes = await readFile(file);
    if (bytes.byteLength <= maxFileBytes) return bytes;
  } catch (cause) {
    throw new FirewallError('file-not-found', {
      message: 'The file cannot be read',
      where: file,
      hint: 'Check the path and its permissions, or install the model package again.',
      cause,
    });
  }
  throw new FirewallError('file-corrupt', {
    message: `The file has more than ${maxFileBytes} bytes`,
    where: file,
    hint: 'No model of this library is so large: check the path.',
  });
}
