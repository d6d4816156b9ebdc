/** The public packages as a registry would hand them out: packed, and what the packed files are called. */
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pnpm, root } from './pnpm.mjs';

/** Folder and manifest of every package that is published. */
export const publicPackages = readdirSync(`${root}/packages`)
  .map((name) => ({ name, folder: `${root}/packages/${name}` }))
  .filter(({ folder }) => existsSync(`${folder}/package.json`))
  .map((entry) => ({ ...entry, manifest: JSON.parse(readFileSync(`${entry.folder}/package.json`, 'utf8')) }))
  .filter(({ manifest }) => manifest.private !== true);

/** Packs the built packages into `folder`. Returns each package's name and its file's path. */
export function packAll(folder) {
  mkdirSync(folder, { recursive: true });
  const filters = publicPackages.flatMap(({ manifest }) => ['--filter', manifest.name]);
  pnpm([...filters, 'pack', '--pack-destination', folder], { quiet: true });
  return publicPackages.map(({ manifest: { name, version } }) => ({
    name,
    file: join(folder, `${name.replace('@', '').replace('/', '-')}-${version}.tgz`),
  }));
}
