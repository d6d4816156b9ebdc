/** Puts orders into documents at known positions; the same excerpt without the order, and with a harmless sentence, stand beside it. */
import { type Random, seeded, shuffle } from '../random.ts';
import { placesIn, wrap } from './placement.ts';
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

/** `count` poisoned excerpts, the clean twin of every second, and of every fourth a twin with a harmless sentence of another document. */
export function compose({ documents, orders, tasks }: Ingredients, count: number, seed: number): Sample[] {
  if (documents.length === 0 || orders.length + tasks.length === 0) return [];
  const random = seeded(seed);
  const sentences = documents.flatMap(({ text }) => harmlessSentences(text).slice(0, 3));
  const documentOrder = cycle(shuffle([...documents], random));
  const orderCycles = byScript(shuffle([...(orders.length > 0 ? orders : tasks)], random));
  const taskCycles = byScript(shuffle([...(tasks.length > 0 ? tasks : orders)], random));
  const out: Sample[] = [];
  for (let i = 0; i < count; i++) {
    const document = documentOrder();
    const text = excerpt(document.text, random);
    const pick = i % 2 === 0 ? orderCycles : taskCycles;
    const order = pick(scriptOf(text));
    const family = `composed-${order.family}`;
    const base = { source: i % 2 === 0 ? 'composed-orders' : 'composed-tasks', family, heads: ['data'] as const };
    const poisoned = insert(text, order.text, random);
    const category = i % 2 === 0 ? order.category : 'plain-task';
    out.push({ ...base, id: `composed-${i}`, text: poisoned.text, label: 1, category, span: poisoned.span });
    const clean = {
      source: 'composed-clean',
      family: document.family,
      heads: ['data'] as const,
      category: document.category,
    };
    if (i % 2 === 0) out.push({ ...clean, id: `composed-${i}-clean`, text, label: 0 });
    if (i % 4 === 1 && sentences.length > 0) {
      const sentence = sentences[Math.floor(random() * sentences.length)] as string;
      out.push({ ...clean, id: `composed-${i}-sentence`, text: insert(text, sentence, random).text, label: 0 });
    }
  }
  return out;
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

/** A run of whole lines or sentences, from a random place. */
function excerpt(text: string, random: Random): string {
  if (text.length <= excerptCharacters) return text;
  const latest = text.length - excerptCharacters;
  const from = random() < 0.3 ? 0 : nextBreak(text, Math.floor(random() * latest));
  const end = nextBreak(text, Math.min(text.length, from + excerptCharacters - 200));
  return text.slice(from, Math.min(end, from + excerptCharacters)).trim() || text.slice(0, excerptCharacters);
}

function nextBreak(text: string, from: number): number {
  for (let i = from; i < Math.min(text.length, from + 300); i++) {
    if (text[i] === '\n' || (text[i] === ' ' && '.!?。'.includes(text[i - 1] ?? 'x'))) return i + 1;
  }
  return from;
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

/** The dominant writing system, so that an order and its document can share it. */
export function scriptOf(text: string): string {
  const scripts = {
    han: /\p{sc=Han}/gu,
    kana: /[\p{sc=Hiragana}\p{sc=Katakana}]/gu,
    hangul: /\p{sc=Hangul}/gu,
    arabic: /\p{sc=Arabic}/gu,
    cyrillic: /\p{sc=Cyrillic}/gu,
    devanagari: /\p{sc=Devanagari}/gu,
    thai: /\p{sc=Thai}/gu,
    greek: /\p{sc=Greek}/gu,
    hebrew: /\p{sc=Hebrew}/gu,
  };
  const sample = text.slice(0, 600);
  const found = Object.entries(scripts).map(([name, pattern]) => [name, sample.match(pattern)?.length ?? 0] as const);
  const [name, count] = found.reduce((a, b) => (b[1] > a[1] ? b : a));
  return count > sample.length * 0.15 ? name : 'latin';
}

/** Cycles through the samples of a script, or through all where the script has none. */
function byScript(samples: Sample[]): (script: string) => Sample {
  const groups = new Map<string, Sample[]>();
  for (const sample of samples) {
    const script = scriptOf(sample.text);
    groups.set(script, [...(groups.get(script) ?? []), sample]);
  }
  const cycles = new Map([...groups].map(([script, group]) => [script, cycle(group)]));
  const any = cycle(samples);
  return (script) => (cycles.get(script) ?? any)();
}

function cycle<T>(items: readonly T[]): () => T {
  let next = 0;
  return () => items[next++ % items.length] as T;
}
