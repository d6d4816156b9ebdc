/** The manifest's list of files. (`train` enters a codebook in it.) */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The manifest as text, with sha256 and size of every other file of the folder. */
export function describeFiles(folder, { files: _, ...facts }) {
  const files = Object.fromEntries(
    readdirSync(folder)
      .filter((name) => name !== 'manifest.json')
      .sort()
      .map((name) => {
        const bytes = readFileSync(join(folder, name));
        return [name, { sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.length }];
      }),
  );
  return `${JSON.stringify({ ...facts, files }, null, 2)}\n`;
}
