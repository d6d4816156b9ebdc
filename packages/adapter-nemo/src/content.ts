/** From what NeMo puts into a request (a text, parts of a message, tool calls) to the one text that is screened. */
type Part = string | { readonly type?: string; readonly text?: unknown };
/** Parts that hold nothing to read. Any other part without a `text`, such as a tool call, is screened as JSON. */
const media = /^(input_)?(image|audio|video|file)(_url)?$/;

/** `unscreened` lists the types of the parts that no detector reads. Throws where there is no content at all. */
export function readContent(content: unknown): { readonly text: string; readonly unscreened: readonly string[] } {
  const parts: Part[] = Array.isArray(content) ? content : [content];
  const types = parts.map((part) => (typeof part !== 'string' && part.text === undefined && part.type) || '');
  return {
    text: parts.flatMap((part, at) => (media.test(types[at]) ? [] : [textOf(part)])).join('\n'),
    unscreened: types.filter((type) => media.test(type)),
  };
}
const textOf = (part: Part): string =>
  typeof part === 'string' ? part : typeof part.text === 'string' ? part.text : JSON.stringify(part);
