/** Turns texts into token ids with a model's tokenizer. */
import { Tokenizer } from '@huggingface/tokenizers';

/** Ids of each text with `sinkToken` in front; no other special tokens are added. */
export function encodeWithSink(tokenizer: object, sinkToken: number, texts: readonly string[]): number[][] {
  const encoder = new Tokenizer(tokenizer, {});
  return texts.map((text) => [sinkToken, ...encoder.encode(text, { add_special_tokens: false }).ids]);
}
