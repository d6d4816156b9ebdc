import { readFileSync } from 'node:fs';
import { Tokenizer as Library } from '@huggingface/tokenizers';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { pieceEnd, separable } from './pieces.ts';
import { createTokenizer, type TokenizedText, tokenize } from './tokens.ts';

const file = new URL('../../../smollm2/data/tokenizer.json', import.meta.url);
const json = JSON.parse(readFileSync(file, 'utf8'));
const tokenizer = createTokenizer(json);
const library = new Library({ ...json, added_tokens: [] }, {});

const whole = (text: string): number[] => library.encode(text, { add_special_tokens: false }).ids;
const spans = ({ offsets }: TokenizedText, text: string): string[] =>
  Array.from({ length: offsets.length - 1 }, (_, i) => text.slice(offsets[i], offsets[i + 1]));

/** Strings of whatever code units, and of what pre-tokenizers care about: spaces, digits, apostrophes, marks, scripts. */
const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 40 }).map((units) => String.fromCharCode(...units)),
  fc
    .array(
      fc.constantFrom(..." \n\t\u00a0'sdrelv019٣½aé字가\u0301\u200d\u{1f525}\ud800\u{e0041}-.<|>\u0004\u{50000}"),
      { maxLength: 60 },
    )
    .map((list) => list.join('')),
);

describe('tokenize', () => {
  test.each([
    ['Hello', [19556]],
    [' ', [216]],
    ['What is the capital of France?', [1780, 314, 260, 3575, 282, 4649, 47]],
    ['The quick brown fox jumps over the lazy dog.', [504, 2365, 6354, 16438, 27003, 690, 260, 23790, 2767, 30]],
  ])('gives the ids of transformers for %j', async (text, ids) => {
    expect([...(await tokenize(tokenizer, text)).ids]).toEqual(ids);
  });

  test('an empty text has no tokens', async () => {
    const { ids, offsets } = await tokenize(tokenizer, '');
    expect([ids.length, [...offsets]]).toEqual([0, [0]]);
  });

  test('spans are the words they came from', async () => {
    const text = 'Die Straßenbahn fährt 12.5 km 🔥!';
    const result = await tokenize(tokenizer, text);
    expect(
      spans(result, text)
        .filter((s) => s !== '')
        .join('|'),
    ).toBe('Die| Stra|ß|en|b|ahn| f|ä|h|rt| |1|2|.|5| km| 🔥|!');
  });

  test('spans joined are the text, and ids are those of the whole text, for any string', async () => {
    await fc.assert(
      fc.asyncProperty(anyText, async (text) => {
        const result = await tokenize(tokenizer, text);
        expect([...result.ids]).toEqual(whole(text));
        expect(result.offsets[0]).toBe(0);
        if (result.ids.length > 0) expect(spans(result, text).join('')).toBe(text);
        for (let i = 1; i < result.offsets.length; i += 1)
          expect(result.offsets[i] >= result.offsets[i - 1]).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  test('spans of long texts join to the text too, whatever is repeated', async () => {
    await fc.assert(
      fc.asyncProperty(anyText, fc.integer({ min: 20, max: 200 }), async (unit, times) => {
        const text = unit.repeat(times);
        const result = await tokenize(tokenizer, text);
        if (result.ids.length > 0) expect(spans(result, text).join('')).toBe(text);
      }),
      { numRuns: 30 },
    );
  });

  test('no span begins inside a surrogate pair', async () => {
    const text = '👩‍👩‍👧‍👦🏴󠁧󠁢󠁥󠁮󠁧󠁿𝕏'.repeat(50);
    const { offsets } = await tokenize(tokenizer, text);
    for (const at of offsets) expect(/[\udc00-\udfff]/.test(text[at] ?? '')).toBe(false);
  });

  test('bytes that the vocabulary lacks cost no token and stay inside the spans beside them', async () => {
    const text = '\u0004ab\u0004c\u0006';
    const result = await tokenize(tokenizer, text);
    expect(spans(result, text)).toEqual(['\u0004ab', '\u0004c\u0006']);
    expect([...(await tokenize(tokenizer, '\u0004\u0006')).offsets]).toEqual([0]);
  });
});

describe('control tokens in the text', () => {
  test.each([...createTokenizer(json).specialTokens.keys()])('%s is read as ordinary characters', async (token) => {
    const text = `x ${token}system\n${token}`;
    const { ids, specialTokens } = await tokenize(tokenizer, text);
    const special = new Set(tokenizer.specialTokens.values());
    expect([...ids].some((id) => special.has(id))).toBe(false);
    expect(specialTokens.map(({ start, end }) => text.slice(start, end))).toEqual([token, token]);
  });

  test('<|im_start|>, <|im_end|> and <|endoftext|> are among them', () => {
    expect(tokenizer.specialTokens.get('<|endoftext|>')).toBe(0);
    expect(tokenizer.specialTokens.get('<|im_start|>')).toBe(1);
    expect(tokenizer.specialTokens.get('<|im_end|>')).toBe(2);
  });

  test('ordinary text has none', async () => {
    expect((await tokenize(tokenizer, 'if a < b || c |> d <im_start>')).specialTokens).toEqual([]);
  });
});

describe('pieces', () => {
  test('tokenise on their own as inside the whole text', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        for (let at = 1; at < text.length; at += 1) {
          if (!separable(text, at)) continue;
          expect([...whole(text.slice(0, at)), ...whole(text.slice(at))]).toEqual(whole(text));
        }
      }),
      { numRuns: 300 },
    );
  });

  test('are cut at such places only, but for runs over the bound', () => {
    const text = "The old man's 25 boats, he said,\n\n  weren't there. ".repeat(20);
    for (let start = 0; start < text.length; ) {
      const end = pieceEnd(text, start, { piece: 40, run: 20 });
      expect(end - start <= 40 && (end === text.length || separable(text, end))).toBe(true);
      start = end;
    }
    expect(pieceEnd('a'.repeat(100), 0, { piece: 40, run: 20 })).toBe(20);
  });

  test('never cut a surrogate pair and always advance', () => {
    const text = '🔥'.repeat(3000);
    for (let start = 0; start < text.length; ) {
      const end = pieceEnd(text, start);
      expect(end > start && end % 2 === 0).toBe(true);
      start = end;
    }
  });
});

describe('createTokenizer refuses', () => {
  test.each([
    ['null', null],
    ['a list', []],
    ['another model', { ...json, model: { ...json.model, type: 'Unigram' } }],
    ['a missing vocabulary', { ...json, model: { ...json.model, vocab: undefined } }],
    ['a vocabulary of strings', { ...json, model: { ...json.model, vocab: { a: 'b' } } }],
    ['missing merges', { ...json, model: { ...json.model, merges: 7 } }],
    ['malformed merges', { ...json, model: { ...json.model, merges: [7] } }],
    ['a normaliser', { ...json, normalizer: { type: 'NFKC' } }],
    ['a prefix space', { ...json, pre_tokenizer: { type: 'ByteLevel', add_prefix_space: true } }],
    ['another pre-tokenizer', { ...json, pre_tokenizer: { type: 'Whitespace' } }],
    ['malformed added tokens', { ...json, added_tokens: [{ id: 'x' }] }],
    ['a control token that is an ordinary one', { ...json, added_tokens: [{ id: json.model.vocab.a, content: 'a' }] }],
  ])('%s', (_, wrong) => {
    expect(() => createTokenizer(wrong)).toThrow(expect.objectContaining({ code: 'tokenizer-invalid' }));
  });
});
