/** Short harmless data: a sentence or two of a document, as a tool or a retrieval step returns them. */
import { byHash, seeded } from '../random.ts';
import type { Sample } from './sample.ts';

/** Shortest and longest excerpt, in code units. */
const shortest = 15;
const longest = 240;

/** One excerpt each of up to `count` documents, chosen by hash: the same documents give the same excerpts. */
export function excerpts(documents: readonly Sample[], count: number, seed: number): Sample[] {
  return byHash(documents, seed)
    .flatMap(({ item, hash }) => excerptOf(item, hash))
    .slice(0, count);
}

/** One sentence, or two in a row of every third document; none where fewer than two of its sentences are fit. */
function excerptOf({ span: _, ...document }: Sample, hash: number): Sample[] {
  const sentences = document.text.split(/(?<=[.!?])\s+|(?<=[。！？])|\n+/u).map((sentence) => sentence.trim());
  const starts = [...sentences.keys()].filter((i) => isReadable(sentences[i] as string));
  if (starts.length < 2) return [];
  const start = starts[Math.floor(seeded(hash)() * starts.length)] as number;
  const text = sentences.slice(start, start + (hash % 3 === 0 ? 2 : 1)).join(' ');
  if (text.length > longest) return [];
  return [{ ...document, id: `${document.id}-excerpt`, source: 'excerpts', heads: ['data'], text }];
}

function isReadable(sentence: string): boolean {
  const letters = sentence.match(/\p{L}/gu)?.length ?? 0;
  return sentence.length >= shortest && sentence.length <= longest && letters >= sentence.length / 2;
}
