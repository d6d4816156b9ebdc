/** The metrics of a pool: each worker counts for itself, and whichever is asked answers for all. */

import type { Worker } from 'node:cluster';
import { AggregatorRegistry, type Registry } from 'prom-client';

type Counted = Awaited<ReturnType<Registry['getMetricsAsJSON']>>;

/** From a worker: tell me of all; my own count. From the pool: count; here is all. */
type Message =
  | { readonly metrics: 'ask'; readonly id: number }
  | { readonly metrics: 'count'; readonly id: number }
  | { readonly metrics: 'counted'; readonly id: number; readonly counted: Counted }
  | { readonly metrics: 'all'; readonly id: number; readonly text: string };

/** A worker that does not count within these milliseconds is left out. */
const countMs = 2000;

/** The pool's side: answers what workers ask, from those that are ready. */
export class PoolMetrics {
  #collections = 0;
  readonly #underWay = new Map<number, (counted: Counted) => void>();

  /** @returns whether the message was about metrics */
  async handle(from: Worker, message: Message, ready: readonly Worker[]): Promise<boolean> {
    if (message?.metrics === 'counted') this.#underWay.get(message.id)?.(message.counted);
    if (message?.metrics !== 'ask') return message?.metrics !== undefined;
    const text = await AggregatorRegistry.aggregate(await this.#collect(ready)).metrics();
    send(from, { metrics: 'all', id: message.id, text });
    return true;
  }

  #collect(workers: readonly Worker[]): Promise<Counted[]> {
    const id = this.#collections++;
    const all: Counted[] = [];
    return new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(late);
        this.#underWay.delete(id);
        resolve(all);
      };
      const late = setTimeout(end, countMs);
      this.#underWay.set(id, (counted) => {
        all.push(counted);
        if (all.length === workers.length) end();
      });
      for (const worker of workers) send(worker, { metrics: 'count', id });
    });
  }
}

/** The worker's side: counts when it is told to, and asks the pool for all. */
export function poolMetrics(registry: Registry): () => Promise<string> {
  const answers = new Map<number, (text: string) => void>();
  let asked = 0;
  process.on('message', async (message: Message) => {
    if (message?.metrics === 'count')
      tell({ metrics: 'counted', id: message.id, counted: await registry.getMetricsAsJSON() });
    if (message?.metrics === 'all') {
      answers.get(message.id)?.(message.text);
      answers.delete(message.id);
    }
  });
  return () =>
    new Promise((resolve) => {
      const id = asked++;
      answers.set(id, resolve);
      tell({ metrics: 'ask', id });
    });
}

function send(worker: Worker, message: Message): void {
  if (worker.isConnected()) worker.send(message);
}

function tell(message: Message): void {
  process.send?.(message);
}
