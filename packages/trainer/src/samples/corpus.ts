/** The project's own training texts: written for it, versioned with it, under CC0-1.0 (see corpus/README.md). */
import { readdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { readFolder } from './read.ts';
import type { Sample } from './sample.ts';

/** Folder of the texts, in this package's root. */
export const corpusFolder: string = join(
  dirname(createRequire(import.meta.url).resolve('@alknet/firewall-trainer/package.json')),
  'corpus',
);

/** What the families and sources of the own corpus begin with. */
export const OWN = 'own-';

/** Whether a text is a bare order, which is to be put into documents and which no head knows alone. */
export function isBareOrder({ source }: Pick<Sample, 'source'>): boolean {
  return source.startsWith(`${OWN}injections`);
}

/**
 * All own texts. Each folder is a campaign: texts of both labels and many languages by the same writers, left out together.
 * Files named `injections-*` hold bare orders that are meant to be put into documents.
 */
export async function readCorpus(folder: string = corpusFolder): Promise<Sample[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const campaigns = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const samples = await Promise.all(
    campaigns.sort().map(async (campaign) =>
      (await readFolder(join(folder, campaign))).map((sample) => ({
        ...sample,
        source: `${OWN}${sample.source}`,
        family: `${OWN}${campaign}`,
      })),
    ),
  );
  return samples.flat();
}
