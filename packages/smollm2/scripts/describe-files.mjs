/** The manifest's list of files. Called by the build, and again when a codebook was added. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
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

if (process.argv[1] === import.meta.filename) {
  const folder = process.argv[2];
  const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'));
  writeFileSync(join(folder, 'manifest.json'), describeFiles(folder, manifest));
}
