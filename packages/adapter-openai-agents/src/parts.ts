/** From the SDK's items to texts with the role they are screened as, and to what no detector can read. */
import { type Part, textPart } from '@alknet/firewall-adapter-kit';
import type { Role } from '@alknet/firewall-core';
import type { AgentInputItem } from '@openai/agents';

/** What the model itself wrote. Any other item that is not a message came from outside: it is read as a tool's. */
const written = /^(function_call|reasoning|computer_call|shell_call|apply_patch_call|program)$/;

/** The parts of an agent's input. */
export function inputParts(input: string | readonly AgentInputItem[]): Part[] {
  if (typeof input === 'string') return parts(input, 'user', 'input');
  return input.flatMap((item, index) => itemParts(item, `input[${index}]`));
}

function itemParts(item: AgentInputItem, where: string): Part[] {
  if ('role' in item) return parts(item.content, item.role, `${where}.content`);
  if (item.type === 'function_call_result') return parts(item.output, 'tool', `${where}.output`);
  if (/^(compaction|computer_call_result)$/.test(item.type)) return [{ role: 'tool', where, type: item.type }];
  if (item.type === 'function_call') return [textPart(item.arguments, 'assistant', `${where}.arguments`)];
  return [textPart(item, written.test(item.type) ? 'assistant' : 'tool', where)];
}

/** The parts of a string, a content part, an array of them, or a tool's own value. */
export function parts(value: unknown, role: Role, where: string): Part[] {
  if (Array.isArray(value) && value.some((part) => isMedia(part) || isPlain(part)))
    return value.flatMap((part, index) => parts(part, role, `${where}[${index}]`));
  if (isPlain(value)) return [textPart(value.text, role, where)];
  if (!isMedia(value)) return [textPart(value, role, where)];
  const { type, image, file, audio, data, detail, format, ...rest } = value;
  // What comes with an image, such as a file's name or a transcript, is text again.
  const beside = Object.keys(rest).length > 0 ? [textPart(rest, role, where)] : [];
  return [{ role, where, type: String(type) }, ...beside];
}

function isPlain(value: unknown): value is { readonly text: string } {
  const { type, text } = Object(value);
  return /^(text|input_text|output_text|reasoning_text)$/.test(type) && typeof text === 'string';
}

function isMedia(value: unknown): value is Readonly<Record<string, unknown>> {
  const { type, image, file, audio, data } = Object(value);
  return /^(input_)?(image|file|audio)$/.test(type) && (image ?? file ?? audio ?? data) !== undefined;
}
