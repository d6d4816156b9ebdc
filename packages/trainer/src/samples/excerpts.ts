/** Short harmless data: a sentence or two of a document, as a tool or a retrieval step returns them. */
import { hashNumber, seeded } from '../random.ts';
import type { Sample } from './sample.ts';

/** Shortest and longest excerpt, in code units. */
const shortest = 15;
const longest = 240;

/** One excerpt each of up to `count` documents, chosen by hash: the same documents give the same excerpts. */
export function excerpts(documents: readonly Sample[], count: number, seed: number): Sample[] {
  return documents
    .map((document) => ({ document, order: hashNumber(`${seed}:${document.id}`) }))
    .sort((a, b) => a.order - b.order)
    .flatMap(({ document, order }) => excerptOf(document, order))
    .slice(0, count);
}

/** Of each family of documents, sentences that stand alone; two in a row for every third document. */
function excerptOf({ span: _, ...document }: Sample, order: number): Sample[] {
  const sentences = document.text.split(/(?<=[.!?])\s+|(?<=[。！？])|\n+/u).map((sentence) => sentence.trim());
  const starts = [...sentences.keys()].filter((i) => isReadable(sentences[i] as string));
  if (starts.length < 2) return [];
  const start = starts[Math.floor(seeded(order)() * starts.length)] as number;
  const text = sentences.slice(start, start + (order % 3 === 0 ? 2 : 1)).join(' ');
  if (text.length > longest) return [];
  return [{ ...document, id: `${document.id}-excerpt`, source: 'excerpts', heads: ['data'], text }];
}

function isReadable(sentence: string): boolean {
  const letters = sentence.match(/\p{L}/gu)?.length ?? 0;
  return sentence.length >= shortest && sentence.length <= longest && letters >= sentence.length / 2;
}
