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

/** Names that a manifest can hold: no spaces, no separators. */
const FILE_NAME = /^[\w-][\w.-]*$/;

/**
 * Describes the files of a folder but the manifest itself, sorted by name. Subfolders, hidden files and names with other
 * characters than letters, digits, dots and dashes are no part of a model and are left out.
 */
export function describeFiles(folder: string): Record<string, FileDescription> {
  const names = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && FILE_NAME.test(entry.name) && entry.name !== 'manifest.json')
    .map((entry) => entry.name);
  return Object.fromEntries(names.sort().map((name) => [name, describe(readFileSync(join(folder, name)))]));
}

function describe(bytes: Uint8Array): FileDescription {
  return { sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.byteLength };
}
