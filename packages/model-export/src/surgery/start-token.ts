/** Finds the token that starts a text, which stands in front of every window as the attention sink. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * The id of `bos_token` in the tokenizer_config.json beside a tokenizer.json, or undefined where the files name none.
 */
export function startToken(tokenizer: string): number | undefined {
  const { bos_token: bos } = readJson(join(dirname(tokenizer), 'tokenizer_config.json'));
  const content = typeof bos === 'object' && bos !== null ? (bos as { content?: unknown }).content : bos;
  const { added_tokens: added } = readJson(tokenizer);
  if (typeof content !== 'string' || !Array.isArray(added)) return undefined;
  const found: unknown = added.find((token) => token?.content === content)?.id;
  return typeof found === 'number' ? found : undefined;
}

function readJson(path: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {}; // Both files are optional here; the tokenizer itself is checked where it is needed.
  }
}
