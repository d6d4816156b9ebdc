/** Enters a codebook that was written into a model folder in the folder's manifest, so that the folder alone can be loaded. */
import { createHash } from 'node:crypto';
import { readFile, realpath, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** The name under which a model folder holds its codebook. */
const codebookName = 'codebook.safetensors';

/**
 * Lists the codebook with its sha256. Does nothing where `file` is not the `codebook.safetensors` of the model folder.
 *
 * @returns whether the codebook is the folder's own
 */
export async function listCodebook(model: string, file: string, bytes: Uint8Array): Promise<boolean> {
  if ((await realpath(file)) !== join(await realpath(model), codebookName)) return false;
  const path = join(model, 'manifest.json');
  const manifest = JSON.parse(await readFile(path, 'utf8')) as { files: Record<string, unknown> };
  const entry = { sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.byteLength };
  const files = Object.entries({ ...manifest.files, [codebookName]: entry }).sort(([a], [b]) => (a < b ? -1 : 1));
  const temporary = join(dirname(path), '.manifest.json.tmp');
  await writeFile(temporary, `${JSON.stringify({ ...manifest, files: Object.fromEntries(files) }, null, 2)}\n`);
  await rename(temporary, path);
  return true;
}
