/** Screens documents before they are indexed: `node ingest.mjs FOLDER` prints what becomes of each .txt file. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Firewall } from '@alknet/firewall-core';

/**
 * Sorts documents: `index` are clean, `review` are flagged, `quarantine` are blocked or could not be screened.
 *
 * @param {Firewall} firewall
 * @param {{ id: string, text: string }[]} documents
 */
export async function sortDocuments(firewall, documents) {
  const sorted = { index: [], review: [], quarantine: [] };
  const verdicts = firewall.screenMany(documents.map(({ text }) => ({ text, role: 'document' })));
  let at = 0;
  for await (const verdict of verdicts) {
    const { id } = documents[at++];
    const { status, decision, score, kind } = verdict;
    if (status === 'failed' || decision === 'block') sorted.quarantine.push({ id, status, score, kind });
    else if (decision === 'flag') sorted.review.push({ id, score, kind });
    else sorted.index.push({ id });
  }
  return sorted;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const folder = process.argv[2] ?? new URL('documents', import.meta.url).pathname;
  const names = (await readdir(folder)).filter((name) => name.endsWith('.txt')).sort();
  const documents = await Promise.all(
    names.map(async (id) => ({ id, text: await readFile(join(folder, id), 'utf8') })),
  );
  const firewall = await Firewall.load();
  console.log(JSON.stringify(await sortDocuments(firewall, documents), null, 2));
  await firewall.close();
}
