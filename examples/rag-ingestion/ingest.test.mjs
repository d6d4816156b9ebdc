import { readFile } from 'node:fs/promises';
import { Firewall } from '@alknet/firewall-core';
import { afterAll, expect, it } from 'vitest';
import { sortDocuments } from './ingest.mjs';

const firewall = await Firewall.load();
const hurried = await Firewall.load({ timeoutMs: 1 });
afterAll(() => Promise.all([firewall.close(), hurried.close()]));

const document = async (id) => ({ id, text: await readFile(new URL(`documents/${id}`, import.meta.url), 'utf8') });
const documents = await Promise.all(['clean.txt', 'poisoned.txt'].map(document));

it('indexes the clean document and keeps the poisoned one out', async () => {
  const { index, review, quarantine } = await sortDocuments(firewall, documents);
  expect(index.map(({ id }) => id)).toEqual(['clean.txt']);
  expect([...review, ...quarantine].map(({ id }) => id)).toEqual(['poisoned.txt']);
});

it('puts what could not be screened into quarantine', async () => {
  const long = [{ id: 'long', text: documents[0].text.repeat(100) }];
  expect((await sortDocuments(hurried, long)).quarantine).toMatchObject([{ id: 'long', status: 'failed' }]);
});
