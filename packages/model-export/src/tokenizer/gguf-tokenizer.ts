/** Builds a `tokenizer.json` (Hugging Face format) out of the vocabulary and merges that a GGUF carries. */
import { ModelExportError } from '../errors.ts';
import type { MetadataValue, WeightSource } from '../weights/weight-source.ts';

/** llama.h, `enum llama_token_type`. */
const TOKEN_TYPE = { normal: 1, control: 3, userDefined: 4, unused: 5 } as const;

/** Pre-tokenizers of the byte-level BPE families that are written, by GGUF's `tokenizer.ggml.pre`. */
const PRE_TOKENIZERS: Readonly<Record<string, readonly object[]>> = {
  // SmolLM splits numbers into single digits before GPT-2's own pattern.
  smollm: [{ type: 'Digits', individual_digits: true }, byteLevel(true)],
  'gpt-2': [byteLevel(true)],
};

/** The parts of a tokenizer.json that a byte-level BPE needs. */
export interface TokenizerJson {
  readonly version: '1.0';
  readonly truncation: null;
  readonly padding: null;
  readonly added_tokens: readonly AddedToken[];
  readonly normalizer: null;
  readonly pre_tokenizer: { readonly type: 'Sequence'; readonly pretokenizers: readonly object[] };
  readonly post_processor: null;
  readonly decoder: object;
  readonly model: {
    readonly type: 'BPE';
    readonly dropout: null;
    readonly unk_token: null;
    readonly continuing_subword_prefix: null;
    readonly end_of_word_suffix: null;
    readonly fuse_unk: false;
    readonly byte_fallback: false;
    readonly ignore_merges: false;
    readonly vocab: Readonly<Record<string, number>>;
    readonly merges: readonly string[];
  };
}

/** A token that is matched in the text before anything else. */
export interface AddedToken {
  readonly id: number;
  readonly content: string;
  readonly single_word: boolean;
  readonly lstrip: boolean;
  readonly rstrip: boolean;
  readonly normalized: boolean;
  readonly special: boolean;
}

/** Converts a GGUF's tokenizer; throws `unsupported` for anything but byte-level BPE, `malformed` for broken tables. */
export function tokenizerFromGguf(source: WeightSource): TokenizerJson {
  const model = source.metadata.get('tokenizer.ggml.model');
  const pre = source.metadata.get('tokenizer.ggml.pre');
  const pretokenizers = typeof pre === 'string' && Object.hasOwn(PRE_TOKENIZERS, pre) ? PRE_TOKENIZERS[pre] : undefined;
  if (model !== 'gpt2' || pretokenizers === undefined) {
    throw new ModelExportError({
      code: 'unsupported',
      what: `The tokenizer is ${JSON.stringify(model)} with pre-tokenizer ${JSON.stringify(pre)}`,
      where: 'tokenizer.ggml.pre',
      todo: `Only byte-level BPE is converted (${Object.keys(PRE_TOKENIZERS).join(', ')}): take the model's own tokenizer.json.`,
    });
  }
  const tokens = list(source, 'tokenizer.ggml.tokens', isString);
  const types = list(source, 'tokenizer.ggml.token_type', isNumber);
  const merges = list(source, 'tokenizer.ggml.merges', isString);
  if (types.length !== tokens.length)
    throw malformed('tokenizer.ggml.token_type', 'It is not as long as the vocabulary');
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: addedTokens(tokens, types),
    normalizer: null,
    pre_tokenizer: { type: 'Sequence', pretokenizers },
    post_processor: null,
    decoder: byteLevel(true),
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: false,
      vocab: vocabulary(tokens),
      merges,
    },
  };
}

function byteLevel(useRegex: boolean): object {
  return { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: useRegex };
}

function addedTokens(tokens: readonly string[], types: readonly number[]): AddedToken[] {
  const added: AddedToken[] = [];
  for (const [id, content] of tokens.entries()) {
    const special = types[id] === TOKEN_TYPE.control;
    if (!special && types[id] !== TOKEN_TYPE.userDefined) continue;
    added.push({ id, content, single_word: false, lstrip: false, rstrip: false, normalized: false, special });
  }
  return added;
}

function vocabulary(tokens: readonly string[]): Record<string, number> {
  const ids = new Map(tokens.map((token, id) => [token, id]));
  if (ids.size !== tokens.length) throw malformed('tokenizer.ggml.tokens', 'A token occurs twice');
  return Object.fromEntries(ids);
}

function list<T extends MetadataValue>(
  source: WeightSource,
  key: string,
  is: (value: MetadataValue) => value is T,
): readonly T[] {
  const value = source.metadata.get(key);
  if (Array.isArray(value) && value.length > 0 && value.every(is)) return value;
  throw malformed(key, 'The list is missing, empty or of another type');
}

function isString(value: MetadataValue): value is string {
  return typeof value === 'string';
}

function isNumber(value: MetadataValue): value is number {
  return typeof value === 'number';
}

function malformed(where: string, what: string): ModelExportError {
  return new ModelExportError({ code: 'malformed', what, where, todo: 'Take the file from its original source.' });
}
