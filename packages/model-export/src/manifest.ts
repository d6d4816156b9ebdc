/** The description that lies beside a model's files: what it is, and the sha256 of each. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A file's size and hash. */
export interface FileDescription {
  readonly sha256: string;
  readonly bytes: number;
}

/** What `layers` in a manifest means, in words that end up in the file. */
export const LAYER_CONVENTION =
  'layer k is the residual stream after k decoder layers, hidden_states[k] in transformers; 0 is the embedding';

/** Describes every file of a folder but the manifest itself, sorted by name. */
export function describeFiles(folder: string): Record<string, FileDescription> {
  const names = readdirSync(folder).filter((name) => name !== 'manifest.json' && !name.startsWith('.'));
  return Object.fromEntries(names.sort().map((name) => [name, describe(readFileSync(join(folder, name)))]));
}

function describe(bytes: Uint8Array): FileDescription {
  return { sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.byteLength };
}
