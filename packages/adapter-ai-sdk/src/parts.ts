/** From the SDK's parts to texts with the role they are screened as, and to what no detector can read. */
import { type Part, textPart } from '@alknet/firewall-adapter-kit';
import type { Role } from '@alknet/firewall-core';
import type { wrapLanguageModel } from 'ai';

type Model = ReturnType<typeof wrapLanguageModel>;
export type Message = Parameters<Model['doGenerate']>[0]['prompt'][number];
type Stream = Awaited<ReturnType<Model['doStream']>>['stream'];
export type StreamPart = Stream extends ReadableStream<infer P> ? P : never;
type MessagePart = Exclude<Message['content'], string>[number];
type Content = Awaited<ReturnType<Model['doGenerate']>>['content'][number];
type Output = Extract<MessagePart, { type: 'tool-result' }>['output'];
type OutputPart = Extract<Output, { type: 'content' }>['value'][number];

/** The parts of one part of a prompt or of an answer. */
export function parts(part: MessagePart | Content | OutputPart, role: Role, where: string): Part[] {
  if ('text' in part) return [textPart(part.text, role, where)];
  if ('input' in part) return [textPart(part.input, role, where)];
  if ('result' in part) return [textPart(part.result, 'tool', where)];
  if ('output' in part) return outputParts(part.output, `${where}.output`);
  if ('approved' in part) return [textPart(part.reason ?? '', 'user', where)];
  if ('data' in part && typeof part.data === 'object' && 'text' in part.data)
    return [textPart(part.data.text, role === 'tool' ? role : 'document', where)];
  return [{ role, where, type: part.type }];
}

function outputParts(output: Output, where: string): Part[] {
  if (output.type === 'content')
    return output.value.flatMap((part, index) => parts(part, 'tool', `${where}[${index}]`));
  return [textPart('value' in output ? output.value : (output.reason ?? ''), 'tool', where)];
}
