/** One model thread, from its owner's side: questions go in, answers come back in the same order. */
import { Worker } from 'node:worker_threads';
import { FirewallError } from '../../errors.ts';
import type { Activations, Pooling } from '../detector-model.ts';
import type { OnnxModelSource } from '../onnx.ts';
import { closeExitGuard, type ExitGuard, openExitGuard } from './exit-guard.ts';
import { type Answer, fromPlain, type Question } from './messages.ts';

/** Starts what a model thread runs; tests run something else. */
export type StartWorker = (guard: ExitGuard) => Worker;

/** Flags of this process are not for the thread: `--input-type`, for one, would keep it from starting. */
export const startBuiltWorker: StartWorker = (guard) =>
  new Worker(new URL('./model-thread.js', import.meta.url), { workerData: guard, name: 'alknet-model', execArgv: [] });

/** A thread with one ONNX session. It keeps the process alive only while an answer is due. */
export class ModelThread {
  readonly #worker: Worker;
  readonly #ended: Promise<void>;
  readonly #due: Asked[] = [];
  #alive = true;
  #closing = false;
  #failure: unknown;

  /** Starts a thread; it comes up while its graph is still being read. */
  constructor(startWorker: StartWorker = startBuiltWorker) {
    const guard = openExitGuard();
    try {
      this.#worker = startWorker(guard);
    } catch (cause) {
      closeExitGuard(guard);
      throw endedError('open', cause);
    }
    this.#worker.on('message', (answer: Answer) => this.#settle(answer));
    this.#worker.on('error', (cause) => {
      this.#failure = cause;
    });
    this.#ended = new Promise((resolve) => {
      this.#worker.once('exit', () => {
        closeExitGuard(guard);
        this.#alive = false;
        for (const { kind, reject } of this.#due.splice(0)) reject(endedError(kind, this.#failure));
        resolve();
      });
    });
  }

  get alive(): boolean {
    return this.#alive;
  }

  /** Questions that it has not answered yet. */
  get unanswered(): number {
    return this.#due.length;
  }

  /**
   * Opens the graph. Its bytes are handed over: they are gone from the calling thread.
   *
   * @throws FirewallError `model-invalid`
   */
  async open(source: OnnxModelSource): Promise<void> {
    const { buffer, byteLength } = source.graph;
    // Of an empty or detached buffer Node 20 says nothing, and sends nothing.
    const whole = buffer instanceof ArrayBuffer && byteLength > 0 && buffer.byteLength === byteLength;
    await this.#ask({ kind: 'open', source }, whole ? [buffer] : []);
  }

  /** @throws FirewallError `model-failed`, also when the thread dies before it answers */
  async infer(tokenIds: Int32Array, pooling: Pooling): Promise<Activations> {
    const { activations } = await this.#ask({ kind: 'window', tokenIds, pooling });
    return activations as Activations;
  }

  /** Ends the thread after what it was asked before. */
  async close(): Promise<void> {
    this.#closing = true;
    this.#ask({ kind: 'close' }).catch(() => undefined);
    await this.#ended;
  }

  #ask(question: Question, transfer: readonly ArrayBuffer[] = []): Promise<Answered> {
    return new Promise((resolve, reject) => {
      if (!this.#alive) throw endedError(question.kind, this.#failure);
      this.#worker.postMessage(question, transfer);
      this.#due.push({ kind: question.kind, resolve, reject });
      this.#worker.ref();
    });
  }

  #settle(answer: Answer): void {
    const { resolve, reject } = this.#due.shift() as Asked;
    // One that closes is awaited until it has ended.
    if (this.#due.length === 0 && !this.#closing) this.#worker.unref();
    if ('error' in answer) reject(fromPlain(answer.error));
    else resolve(answer);
  }
}

type Answered = Exclude<Answer, { readonly error: unknown }>;

interface Asked {
  readonly kind: Question['kind'];
  resolve(answer: Answered): void;
  reject(error: FirewallError): void;
}

function endedError(kind: Question['kind'], cause: unknown): FirewallError {
  const where = 'model thread';
  return kind === 'open'
    ? new FirewallError('model-invalid', {
        message: 'The thread for the model could not be started',
        where,
        hint: 'Where threads cannot be started, or all code is bundled in one file, set `sessions = 0`.',
        cause,
      })
    : new FirewallError('model-failed', {
        message: 'The thread of the model ended before it answered',
        where,
        hint: 'The next text starts another; if that ends too, run `alknet-firewall doctor` and report its output.',
        cause,
      });
}
