import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { modelDirectory } from '@alknet/firewall-smollm2';
import { afterEach, describe, expect, it } from 'vitest';
import { FirewallError } from '../../errors.ts';
import type { DetectorModel } from '../detector-model.ts';
import { readManifest } from '../manifest.ts';
import { openOnnxModel } from '../onnx.ts';
import { meanPooling } from '../pooling.ts';
import { type ModelThreadsOptions, openModelThreads } from './detector.ts';
import { type StartWorker, startBuiltWorker } from './thread.ts';

const folder = fileURLToPath(modelDirectory);
const manifest = await readManifest(folder);
const readGraph = (): Promise<Uint8Array> => readFile(join(folder, 'model.onnx'));
const facts = {
  graphSha256: manifest.files['model.onnx']?.sha256 as string,
  where: 'model.onnx',
  layers: manifest.layers,
  width: manifest.width,
  maxTokens: manifest.maxTokens,
  threads: 1,
};
const models: DetectorModel[] = [];

afterEach(async () => {
  for (const model of models.splice(0)) await model.close();
});

async function open(options: Partial<ModelThreadsOptions> = {}, startWorker?: StartWorker): Promise<DetectorModel> {
  const all = { ...facts, sessions: 1, graph: readGraph(), readAgain: readGraph, ...options };
  const model = await openModelThreads(all, startWorker);
  models.push(model);
  return model;
}

/** Window `i`; each of another length and with other tokens. */
function read(model: DetectorModel, i: number, signal?: AbortSignal): ReturnType<DetectorModel['infer']> {
  const length = 20 + i;
  const tokenIds = Int32Array.from({ length: length + 1 }, (_, at) => (at === 0 ? manifest.sinkToken : 100 + i + at));
  const halves = [
    { start: 0, end: 10 },
    { start: 10, end: length },
  ];
  return model.infer(tokenIds, meanPooling(halves, length), signal);
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'nothing thrown',
    (error: unknown) => (FirewallError.isInstance(error) ? error.code : `untyped: ${error}`),
  );
}

/** Starts the real thing, and keeps hold of it. */
function recorded(): { workers: Worker[]; start: StartWorker } {
  const workers: Worker[] = [];
  return {
    workers,
    start: (guard) => {
      const worker = startBuiltWorker(guard);
      workers.push(worker);
      return worker;
    },
  };
}

/** Says that the graph is open, and nothing ever after. */
function silent(): Worker {
  const code = `require('node:worker_threads').parentPort.on('message', function ({ kind }) {
    if (kind === 'open') this.postMessage({});
    if (kind === 'close') this.close();
  })`;
  return new Worker(code, { eval: true });
}

const gone = (worker: Worker): Promise<unknown> => new Promise((resolve) => worker.once('exit', resolve));

describe('model threads', () => {
  it.each([
    [1, 1],
    [1, 2],
    [3, 1],
  ])(
    'give the activations of the calling thread to the last bit: %i sessions, %i threads',
    async (sessions, threads) => {
      const inThread = await openOnnxModel({ ...facts, graph: await readGraph() });
      models.push(inThread);
      const model = await open({ sessions, threads });
      expect(model.info).toEqual(inThread.info);
      const windows = Array.from({ length: 12 }, (_, i) => i);
      const together = await Promise.all(windows.map((i) => read(model, i)));
      for (const i of windows) expect(together[i]).toEqual(await read(inThread, i));
    },
  );

  it('read in the order asked', async () => {
    const model = await open();
    const order: number[] = [];
    await Promise.all([5, 1, 4, 2, 3, 0].map((i) => read(model, i).then(() => order.push(i))));
    expect(order).toEqual([5, 1, 4, 2, 3, 0]);
  });

  it('skip a window that nobody waits for any more', async () => {
    const model = await open();
    const controller = new AbortController();
    const ahead = [0, 1, 2].map((i) => read(model, i));
    const waiting = read(model, 3, controller.signal);
    controller.abort();
    expect(await codeOf(waiting)).toBe('aborted');
    expect(await Promise.all(ahead)).toHaveLength(3);
  });

  it('end what they were given on close, and refuse the rest', async () => {
    const model = await open();
    const asked = [0, 1, 2, 3].map((i) => codeOf(read(model, i)));
    await model.close();
    expect(await Promise.all(asked)).toEqual(['nothing thrown', 'nothing thrown', 'closed', 'closed']);
    expect(await codeOf(read(model, 4))).toBe('closed');
    await model.close();
  });

  it.each([
    [0, 1],
    [100, 2],
  ])('refuse %i bytes that are no graph with the error of the calling thread: %i sessions', async (size, sessions) => {
    const graph = new Uint8Array(size);
    const errors = await Promise.all(
      [openOnnxModel({ ...facts, graph: graph.slice() }), open({ sessions, graph: Promise.resolve(graph) })].map(
        (opening) =>
          opening.then(
            () => undefined,
            ({ code, message, where, hint, cause }) => ({ code, message, where, hint, cause: cause.message }),
          ),
      ),
    );
    expect(errors[0]?.code).toBe('model-invalid');
    expect(errors[1]).toEqual(errors[0]);
  });

  it('say what to do where threads cannot start', async () => {
    const denied = (): Worker => {
      throw new Error('Access to this API has been restricted');
    };
    const missing = (): Worker => new Worker('/no/such/file.js');
    for (const start of [denied, missing])
      await expect(open({}, start)).rejects.toMatchObject({ code: 'model-invalid', hint: /sessions = 0/ });
  });
});

describe('a model thread that dies', () => {
  it('is replaced on the next window', async () => {
    const { workers, start } = recorded();
    const model = await open({ sessions: 2 }, start);
    const before = await read(model, 0);
    await Promise.all(workers.map((worker) => worker.terminate()));
    const after = await Promise.all([read(model, 0), read(model, 0), read(model, 0)]);
    expect(after).toEqual([before, before, before]);
    expect(workers.length).toBeGreaterThan(2);
  });

  it('fails the windows it had; those that wait go to another', async () => {
    const { workers, start } = recorded();
    let begun = 0;
    const model = await open({}, (guard) => {
      if (begun++ > 0) return start(guard);
      workers.push(silent());
      return workers[0] as Worker;
    });
    const asked = [0, 1, 2].map((i) => codeOf(read(model, i)));
    await workers[0]?.terminate();
    expect(await Promise.all(asked)).toEqual(['model-failed', 'model-failed', 'nothing thrown']);
    expect(workers).toHaveLength(2);
  });

  it('fails every window where no other can be started, and tries again', async () => {
    const { workers, start } = recorded();
    let damaged = true;
    const readAgain = (): Promise<Uint8Array> =>
      damaged
        ? Promise.reject(
            new FirewallError('file-corrupt', { message: 'Damaged', where: 'model.onnx', hint: 'Repair it.' }),
          )
        : readGraph();
    const model = await open({ sessions: 2, readAgain }, start);
    const ends = workers.map(gone);
    await Promise.all(workers.map((worker) => worker.terminate()));
    await Promise.all(ends);
    expect(await Promise.all([0, 1, 2].map((i) => codeOf(read(model, i))))).toEqual(Array(3).fill('file-corrupt'));
    damaged = false;
    expect(await codeOf(read(model, 0))).toBe('nothing thrown');
  });
});
