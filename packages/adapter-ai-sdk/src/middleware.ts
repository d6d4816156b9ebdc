/** The middleware: screens a prompt before the model gets it, and an answer before the caller does. */
import {
  blocked,
  type Finding,
  type Guard,
  guard,
  holdBack,
  type Part,
  type Screener,
  textPart,
} from '@alknet/firewall-adapter-kit';
import type { LanguageModelMiddleware } from 'ai';
import { type Message, parts, type StreamPart } from './parts.ts';

type OnFinding = (finding: Finding) => void;

/** Settings of the middleware. */
export interface MiddlewareOptions {
  /** Is told of each part of a prompt: its score, and files and images, which are not screened. */
  readonly onFinding?: OnFinding;
}

const rejected = 'alknet-firewall rejected the output of this tool call: possible prompt injection.';

/**
 * Screens every message of a prompt by its role, with tool results, and the answer. An attack ends the call with a
 * FirewallError of code `blocked`; only a tool result that holds one is replaced, so that an agent can go on.
 *
 * @example
 * ```ts
 * const model = wrapLanguageModel({ model: openai('gpt-5'), middleware: alknetMiddleware(await Firewall.load()) });
 * ```
 */
export function alknetMiddleware(firewall: Screener, { onFinding }: MiddlewareOptions = {}): LanguageModelMiddleware {
  const findInPrompt = guard(firewall);
  const findInAnswer = guard(firewall, { flagOnly: 'block' });
  const check = async (answer: readonly Part[]) => throwIfAttack(await findInAnswer(answer));
  return {
    specificationVersion: 'v4',
    async transformParams({ params }) {
      const prompt = [];
      for (const [index, message] of params.prompt.entries()) {
        prompt.push(await screenMessage(findInPrompt, message, `prompt[${index}]`, onFinding));
      }
      return { ...params, prompt };
    },
    async wrapGenerate({ doGenerate }) {
      const result = await doGenerate();
      await check(result.content.flatMap((part, index) => parts(part, 'assistant', `answer[${index}]`)));
      return result;
    },
    async wrapStream({ doStream }) {
      const { stream, ...rest } = await doStream();
      return { ...rest, stream: stream.pipeThrough(heldBack(check)) };
    },
  };
}

async function screenMessage(find: Guard, message: Message, where: string, onFinding?: OnFinding): Promise<Message> {
  if (message.role === 'system') {
    throwIfAttack(await find([textPart(message.content, 'system', where)]));
    return message;
  }
  const content = [];
  for (const [index, part] of message.content.entries()) {
    const finding = await find(parts(part, message.role, `${where}.content[${index}]`));
    onFinding?.(finding);
    if (part.type !== 'tool-result') throwIfAttack(finding);
    content.push(finding.attack ? { ...part, output: { type: 'error-text', value: rejected } } : part);
  }
  return { ...message, content } as Message;
}

function heldBack(check: (parts: readonly Part[]) => Promise<void>): TransformStream<StreamPart, StreamPart> {
  return holdBack<StreamPart>({
    textOf: (part) => (part.type === 'text-delta' || part.type === 'reasoning-delta' ? part.delta : undefined),
    check: (text, held) =>
      check([
        textPart(text, 'assistant', 'answer'),
        ...held.flatMap((part) =>
          'toolName' in part && 'toolCallId' in part ? parts(part, 'assistant', 'answer') : [],
        ),
      ]),
    failure: (error) => ({ type: 'error', error }),
  });
}

function throwIfAttack(finding: Finding): void {
  if (finding.attack) throw blocked(finding);
}
