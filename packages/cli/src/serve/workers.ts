/** A pool of processes on one port, for more cores: starts them, replaces them, stops them. */

import cluster, { type Worker } from 'node:cluster';
import { FirewallError } from '@alknet/firewall-core';
import { PoolMetrics } from './pool-metrics.ts';

type PoolMessage = { readonly pool: 'stop' } | { readonly pool: 'ready'; readonly url: string };

/** Milliseconds before a worker that died is replaced. */
const replaceMs = 500;

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
  const metrics = new PoolMetrics();
  const ready = new Set<Worker>();
  let stopping = false;
  cluster.on('message', (from, message) => metrics.handle(from, message, [...ready]));

  const start = (): Promise<string> => {
    const worker = cluster.fork();
    return new Promise((resolve, reject) => {
      worker.on('message', (message: PoolMessage) => {
        if (message?.pool !== 'ready') return;
        ready.add(worker);
        resolve(message.url);
      });
      worker.once('exit', () => {
        // One that was ready and not retired has died.
        if (ready.delete(worker)) replace();
        else reject(endedEarly());
      });
    });
  };
  const replace = (): void => {
    setTimeout(() => !stopping && start().catch(replace), replaceMs);
  };
  const retire = async (worker: Worker): Promise<void> => {
    ready.delete(worker);
    const gone = new Promise((resolve) => worker.once('exit', resolve));
    if (worker.isConnected()) worker.send({ pool: 'stop' } satisfies PoolMessage);
    if (!worker.isDead()) await gone;
  };

  const started = await Promise.allSettled(Array.from({ length: size }, start));
  const failed = started.find((result) => result.status === 'rejected');
  if (failed !== undefined) {
    stopping = true;
    for (const worker of ready) worker.process.kill('SIGKILL');
    throw failed.reason;
  }
  return {
    url: (started[0] as PromiseFulfilledResult<string>).value,
    async restart() {
      for (const worker of [...ready]) {
        await start();
        await retire(worker);
      }
    },
    async stop() {
      stopping = true;
      await Promise.all([...ready].map(retire));
    },
  };
}

function endedEarly(): FirewallError {
  return new FirewallError('closed', {
    message: 'A worker ended before it listened',
    where: '--workers',
    hint: 'It said why above.',
  });
}

/** The worker's side: says that it listens, and stops when it is told to. */
export function joinPool(url: string, stop: () => void): void {
  process.on('message', (message: PoolMessage) => message?.pool === 'stop' && stop());
  process.send?.({ pool: 'ready', url } satisfies PoolMessage);
}
