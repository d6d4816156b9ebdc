/** The file that a model thread runs: opens the graph, then reads one window at a time. */
import { MessageChannel, type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { FirewallError } from '../../errors.ts';
import type { DetectorModel } from '../detector-model.ts';
import { openOnnxModel } from '../onnx.ts';
import { type ExitGuard, guarded } from './exit-guard.ts';
import { type Answer, type Question, toPlain } from './messages.ts';

const port = parentPort as MessagePort;
const guard: ExitGuard = workerData;
let model: DetectorModel | undefined;

// The runtime loads while the owner still reads the graph; what is wrong with it, the opening says.
const runtime = guarded(guard, () => import('onnxruntime-node'));
let turn: Promise<unknown> = runtime.catch(() => undefined);

port.on('message', (question: Question) => {
  turn = turn.then(() => handle(question));
});

async function handle(question: Question): Promise<void> {
  const answer = await guarded(guard, () => answerTo(question)).catch(toAnswer);
  const layers = ('activations' in answer && answer.activations?.layers) || [];
  port.postMessage(
    answer,
    layers.map(({ buffer }) => buffer as ArrayBuffer),
  );
  if (question.kind === 'close') port.close();
}

async function answerTo(question: Question): Promise<Answer> {
  switch (question.kind) {
    case 'open':
      model = await openOnnxModel(question.source).finally(() => discard(question.source.graph));
      return {};
    case 'window':
      return { activations: await (model as DetectorModel).infer(question.tokenIds, question.pooling) };
    case 'close':
      await model?.close();
      return {};
  }
}

/** Frees the bytes at once, as a message that is never read; a thread that waits collects no garbage. */
function discard({ buffer }: Uint8Array): void {
  const { port1, port2 } = new MessageChannel();
  port1.postMessage(undefined, [buffer as ArrayBuffer]);
  port2.close();
}

function toAnswer(error: unknown): Answer {
  if (FirewallError.isInstance(error)) return { error: toPlain(error) };
  const unexpected = new FirewallError('model-failed', {
    message: `Unexpected ${error instanceof Error ? error.name : typeof error} in a model thread`,
    where: 'model thread',
    hint: 'Run `alknet-firewall doctor`; if it passes, report this with its output.',
    cause: error,
  });
  return { error: toPlain(unexpected) };
}
