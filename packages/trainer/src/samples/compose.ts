/** Puts orders into documents at known positions; the same excerpt without the order, and with a harmless sentence, stand beside it. */
import { byHash, mix, type Random, seeded } from '../random.ts';
import { type Hosts, hostsByScript } from './hosts.ts';
import { placesIn, wrap } from './placement.ts';
import { runOf } from './run-of.ts';
import type { Sample } from './sample.ts';

/** Longest excerpt of a document that an order is put into, in characters; a window or two. */
const excerptCharacters = 900;

/** What goes into documents. */
export interface Ingredients {
  /** Harmless documents of every kind. */
  readonly documents: readonly Sample[];
  /** Orders to an assistant, written to be injected. */
  readonly orders: readonly Sample[];
  /** Short instructions and questions that are harmless from a user and have no business in a document. */
  readonly tasks: readonly Sample[];
}

/**
 * `count` poisoned excerpts, the clean twin of every second, and of every fourth a twin with a harmless sentence of another document.
 * Which document an order goes into depends on the two alone, so that one more document or order leaves most of the others as they are.
 */
export function compose({ documents, orders, tasks }: Ingredients, count: number, seed: number): Sample[] {
  if (documents.length === 0 || orders.length + tasks.length === 0) return [];
  const hosts = hostsByScript(documents, seed);
  const poison = (items: readonly Sample[], kind: 'orders' | 'tasks', share: number): Sample[] => {
    const sorted = byHash(items, seed);
    return Array.from({ length: share }, (_, i) => {
      const { item, hash } = sorted[i % sorted.length] as (typeof sorted)[number];
      return composed(item, kind, hosts, mix(hash, Math.floor(i / sorted.length)));
    }).flat();
  };
  return [
    ...poison(orders.length > 0 ? orders : tasks, 'orders', Math.ceil(count / 2)),
    ...poison(tasks.length > 0 ? tasks : orders, 'tasks', Math.floor(count / 2)),
  ];
}

/** One order in the document that it falls to, and the twins. */
function composed(order: Sample, kind: 'orders' | 'tasks', hosts: Hosts, hash: number): Sample[] {
  const document = hosts(order.text, hash);
  const random = seeded(hash);
  const text = runOf(document.text, excerptCharacters, random);
  const { text: poisoned, span } = insert(text, order.text, random);
  const id = `composed-${order.id}-${hash.toString(36)}`;
  const attack: Sample = {
    id,
    text: poisoned,
    label: 1,
    source: `composed-${kind}`,
    category: kind === 'orders' ? order.category : 'plain-task',
    heads: ['data'],
    family: kind === 'orders' ? order.family : 'composed-tasks',
    span,
  };
  const twin = (name: string, text: string): Sample => ({
    id: `${id}-${name}`,
    text,
    label: 0,
    source: 'composed-clean',
    category: document.category,
    heads: ['data'],
    family: document.family,
  });
  if (kind === 'orders') return [attack, twin('clean', text)];
  const sentences = harmlessSentences(hosts(text, mix(hash, 1)).text);
  const sentence = sentences[Math.floor(random() * sentences.length)];
  if (hash % 2 === 0 || sentence === undefined) return [attack];
  return [attack, twin('sentence', insert(text, sentence, random).text)];
}

function insert(text: string, order: string, random: Random): { text: string; span: readonly [number, number] } {
  const places = placesIn(text);
  const place = places[Math.floor(random() * places.length)] as (typeof places)[number];
  const { before, after } = wrap(text, place, random);
  const start = place.at + before.length;
  return {
    text: text.slice(0, place.at) + before + order + after + text.slice(place.at),
    span: [start, start + order.length],
  };
}

/** Statements of a document that give no order: they end with a full stop and speak in the third person. */
function harmlessSentences(text: string): string[] {
  return text
    .slice(0, 2000)
    .split(/(?<=[.。])\s+/u)
    .map((sentence) => sentence.trim())
    .filter(
      (sentence) => sentence.length > 30 && sentence.length < 200 && /\b(is|was|were|are|had|has)\b/.test(sentence),
    );
}
