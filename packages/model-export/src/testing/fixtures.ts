/** Finds the shared fixtures in tests; where they are absent the tests that need them are skipped, and say so. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../../../../../shared/fixtures/', import.meta.url));

/** True where the fixtures lie beside the repository. */
export const haveFixtures: boolean = existsSync(folder);

if (!haveFixtures) console.warn(`SKIPPED: tests that need ${folder}, which does not exist`);

/** Path of one fixture. */
export function fixture(name: string): string {
  return `${folder}${name}`;
}
