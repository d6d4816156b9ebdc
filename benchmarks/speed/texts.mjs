/** Ordinary English texts of a wanted length in tokens, from the project's own training corpus, no two alike. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createTokenizer, readManifest, readModelFile, tokenize, views } from '@alknet/firewall-core';
import { modelDirectory } from '@alknet/firewall-smollm2';
import { median } from './statistics.mjs';

const corpus = new URL('../../packages/trainer/corpus/', import.meta.url);

/** The shipped model's tokenizer. */
export async function openTokenizer() {
  const folder = fileURLToPath(modelDirectory);
  const json = await readModelFile(folder, await readManifest(folder), 'tokenizer.json');
  return createTokenizer(JSON.parse(Buffer.from(json).toString('utf8')));
}

/**
 * Gives `text(tokens)`: the next stretch of that many tokens out of harmless documents, e-mails and tool outputs. Each call
 * goes on where the last one stopped, so that no cache of texts can help. Documents of which a second view is read (those
 * with an encoded part) are left out: they cost their views' tokens on top.
 */
export async function documentTexts(tokenizer) {
  const documents = ['first/negatives-data-en.jsonl', 'second/negatives-data-more.jsonl'].flatMap(readTexts);
  const joined = documents.filter((document) => views(document).length === 1).join('\n\n');
  const { offsets } = await tokenize(tokenizer, joined);
  let at = 0;
  return (tokens) => {
    if (at + tokens >= offsets.length) at = (at % 101) + 1;
    const text = joined.slice(offsets[at], offsets[at + tokens]);
    at += tokens;
    return text;
  };
}

/** What people write to an assistant: the corpus' harmless prompts without the shortest, so that the median is `middle` tokens. */
export async function chatTexts(tokenizer, middle) {
  const texts = readTexts('first/negatives-user-en.jsonl');
  const sized = await Promise.all(
    texts.map(async (text) => ({ text, tokens: (await tokenize(tokenizer, text)).ids.length })),
  );
  const sorted = sized.sort((a, b) => a.tokens - b.tokens);
  const lengths = (list) => list.map(({ tokens }) => tokens);
  const shortest = sorted.findIndex((_, i) => median(lengths(sorted.slice(i))) >= middle);
  const kept = sorted.slice(shortest);
  // Every so many, in an order that mixes lengths.
  return kept.map((_, i) => kept[(i * 389) % kept.length]);
}

function readTexts(name) {
  const lines = readFileSync(new URL(name, corpus), 'utf8').trim().split('\n');
  return lines
    .map((line) => JSON.parse(line))
    .filter(({ lang }) => lang === undefined || lang === 'en')
    .map(({ text }) => text);
}
