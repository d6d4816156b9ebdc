/** The detector model in threads of its own: the caller's event loop stays free, and sessions read beside each other. */
import { abortError } from '../../abort.ts';
import type { Activations, DetectorModel, DetectorModelInfo, Pooling } from '../detector-model.ts';
import { closedError, type OnnxModelSource } from '../onnx.ts';
import { ModelThread, type StartWorker } from './thread.ts';

/** What to open, and in how many threads. */
export interface ModelThreadsOptions extends Omit<OnnxModelSource, 'graph' | 'graphSha256'> {
  readonly graphSha256: string;
  /** Threads with a session each. */
  readonly sessions: number;
  /** The checked bytes, which are handed over to the threads. */
  readonly graph: Promise<Uint8Array>;
  /** Reads and checks them again, for a thread that replaces one that has died. */
  readonly readAgain: () => Promise<Uint8Array>;
}

/** Windows that a thread is given at a time: the next one lies there when the last one is done. */
const windowsAThread = 2;

/**
 * Opens a graph in threads, otherwise as `openOnnxModel()` does. Windows are read in the order they come, whoever asks. A
 * thread that dies fails its windows with `model-failed`, and the next window starts another.
 *
 * @param startWorker what the threads run; for tests
 * @throws FirewallError `model-invalid`, or what `graph` rejects with
 */
export async function openModelThreads(
  { sessions, graph, readAgain, ...facts }: ModelThreadsOptions,
  startWorker?: StartWorker,
): Promise<DetectorModel> {
  const { layers, width, graphSha256, maxTokens, where } = facts;
  const info: DetectorModelInfo = { layers, width, graphSha256, maxTokens };
  const places: Place[] = Array.from({ length: sessions }, () => ({}));
  const waiting: Waiting[] = [];
  let closed = false;

  const fill = (place: Place, bytes: Promise<Uint8Array>): Promise<void> => {
    // Nobody waits for them where no thread can be started.
    bytes.catch(() => undefined);
    const start = async (): Promise<void> => {
      const thread = new ModelThread(startWorker);
      try {
        await thread.open({ ...facts, graph: await bytes });
        place.thread = thread;
      } catch (error) {
        await thread.close();
        throw error;
      }
    };
    place.starting = start().finally(() => {
      place.starting = undefined;
    });
    return place.starting;
  };
  const close = async (): Promise<void> => {
    closed = true;
    for (const { reject } of waiting.splice(0)) reject(closedError(where));
    await Promise.allSettled(places.map(({ starting }) => starting));
    await Promise.all(places.map(({ thread }) => thread?.close()));
  };
  const giveOut = (): void => {
    if (waiting.length === 0) return;
    for (const place of places.filter(isEmpty)) fill(place, readAgain()).then(giveOut, failWaiting);
    for (let thread = freest(places); thread !== undefined; thread = freest(places)) {
      const next = waiting.shift();
      if (next === undefined) return;
      const { tokenIds, pooling, signal, resolve, reject } = next;
      if (signal?.aborted) reject(abortError(signal));
      else thread.infer(tokenIds, pooling).then(resolve, reject).finally(giveOut);
    }
  };
  const failWaiting = (error: unknown): void => {
    if (places.every(isEmpty)) for (const { reject } of waiting.splice(0)) reject(error);
  };

  try {
    await fillAll(places, fill, graph);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    info,
    infer: (tokenIds, pooling, signal) =>
      new Promise((resolve, reject) => {
        if (closed) throw closedError(where);
        waiting.push({ tokenIds, pooling, signal, resolve, reject });
        giveOut();
      }),
    close,
  };
}

/** A function of its own: those above stay, and would keep the bytes that they see. */
async function fillAll(
  places: readonly Place[],
  fill: (place: Place, bytes: Promise<Uint8Array>) => Promise<void>,
  graph: Promise<Uint8Array>,
): Promise<void> {
  const copies = graph.then((bytes) => places.map((_, i) => (i === 0 ? bytes : new Uint8Array(bytes))));
  const own = async (i: number): Promise<Uint8Array> => (await copies)[i] as Uint8Array;
  await Promise.all(places.map((place, i) => fill(place, own(i))));
}

/** A window in the queue. */
interface Waiting {
  readonly tokenIds: Int32Array;
  readonly pooling: Pooling;
  readonly signal: AbortSignal | undefined;
  resolve(activations: Activations): void;
  reject(error: unknown): void;
}

/** Where a thread is, or will be. */
interface Place {
  thread?: ModelThread;
  starting?: Promise<void> | undefined;
}

const isEmpty = ({ thread, starting }: Place): boolean => starting === undefined && thread?.alive !== true;

/** The thread with the fewest windows, if any can take one more. */
function freest(places: readonly Place[]): ModelThread | undefined {
  return places
    .flatMap(({ thread }) => (thread?.alive && thread.unanswered < windowsAThread ? [thread] : []))
    .reduce<ModelThread | undefined>(
      (best, thread) => (best !== undefined && best.unanswered <= thread.unanswered ? best : thread),
      undefined,
    );
}
