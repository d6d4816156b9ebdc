/** The project's own training texts: written for it, versioned with it, under CC0-1.0 (see corpus/README.md). */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { readFolder } from './read.ts';
import type { Sample } from './sample.ts';

/** Folder of the texts, in this package's root. */
export const corpusFolder: string = join(
  dirname(createRequire(import.meta.url).resolve('@alknet/firewall-trainer/package.json')),
  'corpus',
);

/** All own texts. Files named `injections-*` hold bare orders that are meant to be put into documents. */
export async function readCorpus(folder: string = corpusFolder): Promise<Sample[]> {
  return (await readFolder(folder)).map((sample) => ({
    ...sample,
    source: `own-${sample.source}`,
    family: `own-${sample.source}`,
  }));
}
