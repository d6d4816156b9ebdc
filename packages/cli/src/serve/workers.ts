/** A pool of processes on one port, for more cores: starts them, replaces them, stops them, and adds up their metrics. */

import cluster, { type Worker } from 'node:cluster';
import { FirewallError } from '@alknet/firewall-core';
import { AggregatorRegistry, type Registry } from 'prom-client';

/** Messages between the pool and its workers. */
type PoolMessage = { readonly alknet: 'stop' } | { readonly alknet: 'ready'; readonly url: string } | MetricsMessage;
type MetricsMessage = { readonly alknet: 'metrics'; readonly id: number; readonly text?: string };

/** Milliseconds before a worker that died is replaced. */
const restartMs = 500;

/** A pool that runs. */
export interface Pool {
  readonly url: string;
  /** One after the other, each after its replacement listens: no request is lost. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts `size` workers, each of which runs this same command.
 *
 * @throws FirewallError `closed` when a worker ends before it listens; it has said why on stderr
 */
export async function startPool(size: number): Promise<Pool> {
  const aggregator = new AggregatorRegistry();
  let stopping = false;
  const retired = new WeakSet<Worker>();
  cluster.on('message', async (worker, message: PoolMessage) => {
    if (message?.alknet !== 'metrics') return;
    const text = await aggregator.clusterMetrics().catch(() => '');
    if (worker.isConnected()) worker.send({ alknet: 'metrics', id: message.id, text } satisfies MetricsMessage);
  });
  cluster.on('exit', (worker) => {
    if (stopping || worker.exitedAfterDisconnect || retired.has(worker)) return;
    setTimeout(() => !stopping && start().catch(() => undefined), restartMs);
  });
  const retire = async (worker: Worker): Promise<void> => {
    retired.add(worker);
    const gone = new Promise((resolve) => worker.once('exit', resolve));
    if (worker.isDead()) return;
    worker.send({ alknet: 'stop' } satisfies PoolMessage);
    await gone;
  };
  const current = (): Worker[] => Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined);
  const started = await Promise.allSettled(Array.from({ length: size }, start));
  const failed = started.find((result) => result.status === 'rejected');
  if (failed !== undefined) {
    stopping = true;
    for (const worker of current()) worker.process.kill();
    throw failed.reason;
  }
  const { value: url } = started[0] as PromiseFulfilledResult<string>;
  return {
    url,
    async restart() {
      for (const worker of current()) {
        await start();
        await retire(worker);
      }
    },
    async stop() {
      stopping = true;
      await Promise.all(current().map(retire));
    },
  };
}

function start(): Promise<string> {
  const worker = cluster.fork();
  return new Promise((resolve, reject) => {
    worker.on('message', (message: PoolMessage) => message?.alknet === 'ready' && resolve(message.url));
    worker.once('exit', () => reject(ended()));
  });
}

function ended(): FirewallError {
  return new FirewallError('closed', {
    message: 'A worker ended before it listened',
    where: '--workers',
    hint: 'It said why above.',
  });
}

/** The worker's side: says that it listens, and stops when it is told to. */
export function joinPool(url: string, stop: () => void): void {
  process.on('message', (message: PoolMessage) => message?.alknet === 'stop' && stop());
  process.send?.({ alknet: 'ready', url } satisfies PoolMessage);
}

/** The worker's side: the metrics of all workers, added up by the pool. */
export function poolMetrics(registry: Registry): Promise<string> {
  AggregatorRegistry.setRegistries(registry);
  const id = Math.random();
  return new Promise((resolve) => {
    const listen = (message: PoolMessage): void => {
      if (message?.alknet !== 'metrics' || message.id !== id) return;
      process.off('message', listen);
      resolve(message.text ?? '');
    };
    process.on('message', listen);
    process.send?.({ alknet: 'metrics', id } satisfies MetricsMessage);
  });
}
