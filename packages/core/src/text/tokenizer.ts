/** The tokenizer of the model: text pieces to token ids, with the UTF-8 bytes that each token stands for. */

import { Tokenizer as Library } from '@huggingface/tokenizers';
import { FirewallError } from '../errors.ts';

/** Token ids of one piece of text. */
export interface EncodedPiece {
  /** [tokens] */
  readonly ids: readonly number[];
  /** [tokens] UTF-8 bytes of the text that each token stands for. */
  readonly bytes: readonly number[];
}

/** A byte-level BPE without normaliser, ready to use. Made by {@link createTokenizer}. */
export interface Tokenizer {
  /** The control tokens, such as `<|im_start|>`, and their ids. `encode` never gives one of these ids. */
  readonly specialTokens: ReadonlyMap<string, number>;
  /** [256] 1 for a byte that the vocabulary knows; the others get no token, as in transformers. */
  readonly knownBytes: Uint8Array;
  /** Encodes one short piece, synchronously. Use `tokenize` for texts: its time is not bounded here. */
  encode(piece: string): EncodedPiece;
}

/**
 * Makes a tokenizer from the parsed content of a `tokenizer.json`.
 *
 * Control tokens are taken out of the library's table of added tokens, so that their literal spelling in a text becomes
 * ordinary characters: `<`, `|`, `im`, `_`, `start`, `|`, `>`.
 *
 * @example
 * ```ts
 * const tokenizer = createTokenizer(JSON.parse(await readFile('tokenizer.json', 'utf8')));
 * const sink = tokenizer.specialTokens.get('<|im_start|>');
 * ```
 */
export function createTokenizer(tokenizerJson: unknown): Tokenizer {
  const source = checked(tokenizerJson);
  const specialTokens = new Map(source.added_tokens.map((token) => [token.content, token.id]));
  const library = construct(source);
  const tokenizer: Tokenizer = {
    specialTokens,
    knownBytes: knownBytes(source.model.vocab),
    encode(piece) {
      const { ids, tokens } = encodeWith(library, piece);
      const bytes = new Array<number>(ids.length);
      for (let i = 0; i < ids.length; i += 1) {
        // Byte-level BPE spells every byte as one character.
        bytes[i] = tokens[i].length;
      }
      return { ids, bytes };
    },
  };
  for (const [content, id] of specialTokens) {
    if (tokenizer.encode(content).ids.includes(id)) throw invalid(`'${content}' is also an ordinary token`);
  }
  return tokenizer;
}

interface TokenizerJson {
  readonly added_tokens: readonly { readonly id: number; readonly content: string }[];
  readonly model: { readonly vocab: Readonly<Record<string, number>> };
}

/** Refuses what would make spans or ids wrong without an error: other models than byte-level BPE, and normalisers. */
function checked(json: unknown): TokenizerJson {
  if (!isRecord(json) || !isRecord(json.model)) throw invalid('it is not a tokenizer.json object');
  const { model, normalizer, pre_tokenizer: preTokenizer, added_tokens: added } = json;
  if (model.type !== 'BPE') throw invalid(`its model is ${JSON.stringify(model.type)}, not "BPE"`);
  if (!isRecord(model.vocab) || !Object.values(model.vocab).every(Number.isInteger))
    throw invalid('it has no vocabulary');
  if (!Array.isArray(model.merges)) throw invalid('it has no merges');
  if (normalizer !== null && normalizer !== undefined) throw invalid('it has a normaliser, which loses the spans');
  if (!isByteLevel(preTokenizer)) throw invalid('its pre-tokenizer is not ByteLevel without a prefix space');
  if (!Array.isArray(added) || !added.every((a) => isRecord(a) && Number.isInteger(a.id) && isName(a.content))) {
    throw invalid('its added_tokens are malformed');
  }
  return json as unknown as TokenizerJson;
}

/** Piecewise tokenising is exact for ByteLevel alone or behind Digits one by one (see pieces.ts), and for no other. */
function isByteLevel(preTokenizer: unknown): boolean {
  if (!isRecord(preTokenizer)) return false;
  if (preTokenizer.type === 'Sequence') {
    const steps: unknown = preTokenizer.pretokenizers;
    if (!Array.isArray(steps) || !isByteLevel(steps.at(-1))) return false;
    return steps.slice(0, -1).every((s) => isRecord(s) && s.type === 'Digits' && s.individual_digits === true);
  }
  return (
    preTokenizer.type === 'ByteLevel' && preTokenizer.add_prefix_space === false && preTokenizer.use_regex !== false
  );
}

function construct(source: TokenizerJson): Library {
  try {
    const bare = { post_processor: null, decoder: null, ...source, normalizer: null, added_tokens: [] };
    const library = new Library(bare, {});
    library.encode('Aa 1');
    return library;
  } catch (cause) {
    throw invalid('the tokenizer library refuses it', cause);
  }
}

/** A byte of the vocabulary always gives an id; the library's types do not say so. */
function encodeWith(library: Library, piece: string): { ids: number[]; tokens: string[] } {
  const { ids, tokens } = library.encode(piece, { add_special_tokens: false });
  return { ids: ids as number[], tokens };
}

function knownBytes(vocab: Readonly<Record<string, number>>): Uint8Array {
  const known = new Uint8Array(256);
  let moved = 0;
  for (let byte = 0; byte < 256; byte += 1) {
    // GPT-2's bytes_to_unicode: printable bytes stand for themselves, the others for U+0100 and up, in order.
    const printable = (byte > 32 && byte < 127) || (byte > 160 && byte !== 173);
    const spelled = String.fromCharCode(printable ? byte : 256 + moved++);
    known[byte] = Object.hasOwn(vocab, spelled) ? 1 : 0;
  }
  return known;
}

function invalid(problem: string, cause?: unknown): FirewallError {
  return new FirewallError('tokenizer-invalid', {
    message: `The tokenizer cannot be used: ${problem}`,
    where: 'tokenizer.json',
    hint: 'Use the tokenizer.json that belongs to the model; reinstall the model package if it was changed.',
    ...(cause === undefined ? {} : { cause }),
  });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0;
}
