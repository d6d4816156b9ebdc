import { readFileSync } from 'node:fs';
import { Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { type LlamaConfig, llamaConfigFromGguf } from './llama/config.ts';
import { floatArithmetic } from './llama/float-arithmetic.ts';
import { forward, keysAndValues } from './llama/forward.ts';
import { loadLlamaWeights } from './llama/weights.ts';
import { openModel } from './open-model.ts';
import { fixture, haveFixtures } from './testing/fixtures.ts';
import { everyTokenOf, relativeError, sessionOf } from './testing/run.ts';
import { tinyConfig, tinyIds, tinyWeights } from './testing/tiny-model.ts';
import { fileSource } from './weights/byte-source.ts';
import { openGguf } from './weights/gguf.ts';

const config = tinyConfig();
const weights = tinyWeights(config);
const ids = tinyIds(12, config.vocabulary);

describe('buildLlamaGraph on a tiny random model', () => {
  it('agrees with the plain TypeScript forward pass after every layer', async () => {
    const session = await sessionOf(config, floatArithmetic(weights), [1, 2]);
    const residuals = forward(weights, ids);
    for (const tap of [1, 2]) {
      const [hidden] = await everyTokenOf(session, tap, [ids]);
      expect(relativeError(hidden as Float32Array, residuals[tap] as Float32Array)).toBeLessThan(1e-6);
    }
  });

  it('pools as asked: last token, mean and single tokens from one graph', async () => {
    const session = await sessionOf(config, floatArithmetic(weights), [2]);
    const [every] = await everyTokenOf(session, 2, [ids]);
    const pooling = new Float32Array(2 * ids.length);
    pooling[ids.length - 1] = 1;
    pooling.fill(1 / ids.length, ids.length);
    const shape = [1, ids.length];
    const feeds = {
      input_ids: new Tensor('int64', BigInt64Array.from(ids, BigInt), shape),
      attention_mask: new Tensor('int64', new BigInt64Array(ids.length).fill(1n), shape),
      pooling: new Tensor('float32', pooling, [2, ids.length]),
    };
    const pooled = (await session.run(feeds)).hidden_2?.data as Float32Array;
    const width = config.width;
    const mean = Float32Array.from({ length: width }, (_, i) => {
      return (
        ids.reduce((sum, _id, token) => sum + ((every as Float32Array)[token * width + i] as number), 0) / ids.length
      );
    });
    expect([...pooled.subarray(0, width)]).toEqual([...(every as Float32Array).subarray(-width)]);
    expect(relativeError(pooled.subarray(width), mean)).toBeLessThan(1e-6);
  });

  it('gives a token the same bits whatever follows it and whatever else is in the batch', async () => {
    const session = await sessionOf(config, floatArithmetic(weights), [2]);
    const [whole] = await everyTokenOf(session, 2, [ids]);
    const texts = [tinyIds(9, config.vocabulary, 5), ids.slice(0, 7), tinyIds(40, config.vocabulary, 6)];
    const [, inBatch] = await everyTokenOf(session, 2, texts);
    const [alone] = await everyTokenOf(session, 2, [ids.slice(0, 7)]);
    expect([...(alone as Float32Array)]).toEqual([...(whole as Float32Array).subarray(0, 7 * config.width)]);
    expect([...(inBatch as Float32Array)]).toEqual([...(alone as Float32Array)]);
  });

  it('a text longer than the rotary tables is an error, not garbage', async () => {
    const session = await sessionOf(config, floatArithmetic(weights), [1]);
    await expect(everyTokenOf(session, 1, [tinyIds(65, config.vocabulary)])).rejects.toThrow(/cos_cache/);
  });
});

describe('fixed tokens in front of every input', () => {
  const prefix = tinyIds(5, config.vocabulary, 3);

  it('give what the same tokens in the input give', async () => {
    const session = await sessionOf(config, floatArithmetic(weights), [1, 2], keysAndValues(weights, prefix));
    const residuals = forward(weights, [...prefix, ...ids]);
    const without = forward(weights, ids);
    for (const tap of [1, 2]) {
      const [hidden] = await everyTokenOf(session, tap, [ids]);
      const expected = (residuals[tap] as Float32Array).subarray(prefix.length * config.width);
      expect(relativeError(hidden as Float32Array, expected)).toBeLessThan(1e-6);
      expect(relativeError(without[tap] as Float32Array, expected)).toBeGreaterThan(1e-3);
    }
  });

  it('leave a token the same bits whatever follows it and whatever else is in the batch', async () => {
    const session = await sessionOf(config, floatArithmetic(weights), [2], keysAndValues(weights, prefix));
    const [whole] = await everyTokenOf(session, 2, [ids]);
    const [, inBatch] = await everyTokenOf(session, 2, [tinyIds(9, config.vocabulary, 5), ids.slice(0, 7)]);
    expect([...(inBatch as Float32Array)]).toEqual([...(whole as Float32Array).subarray(0, 7 * config.width)]);
  });

  it('leave room for as many tokens as without them', async () => {
    const session = await sessionOf(config, floatArithmetic(weights), [1], keysAndValues(weights, prefix));
    const [hidden] = await everyTokenOf(session, 1, [tinyIds(64, config.vocabulary)]);
    expect(hidden?.every(Number.isFinite)).toBe(true);
    await expect(everyTokenOf(session, 1, [tinyIds(65, config.vocabulary)])).rejects.toThrow(/cos_cache/);
  });
});

describe.skipIf(!haveFixtures)('against transformers', () => {
  it.each([
    ['tiny/tiny-llama', 'tiny/tiny-llama'],
    ['gguf/tiny-llama-mixed.gguf', 'gguf/tiny-llama-mixed'],
  ])('%s agrees in every layer', async (model, reference) => {
    const { source, config: tiny } = openModel(fixture(model));
    const loaded = loadLlamaWeights(source, tiny, 4);
    const session = await sessionOf(tiny, floatArithmetic(loaded), [1, 2, 3, 4]);
    for (const { ids: text, residuals } of readTiny(reference, tiny)) {
      for (const tap of [1, 2, 3, 4]) {
        const [hidden] = await everyTokenOf(session, tap, [text]);
        expect(relativeError(hidden as Float32Array, residuals[tap] as Float32Array)).toBeLessThan(2e-6);
      }
    }
    source.close();
  });

  it('rows of q and k left in llama.cpp order give about 100 % error', async () => {
    const source = openGguf(fileSource(fixture('gguf/tiny-llama-mixed.gguf')));
    const right = llamaConfigFromGguf(source);
    const wrong = { ...right, interleavedRotary: false };
    const error = async (tiny: LlamaConfig): Promise<number> => {
      const session = await sessionOf(right, floatArithmetic(loadLlamaWeights(source, tiny, 4)), [4]);
      const { ids: text, residuals } = readTiny('gguf/tiny-llama-mixed', right)[2] as ReturnType<
        typeof readTiny
      >[number];
      const [hidden] = await everyTokenOf(session, 4, [text]);
      return relativeError(hidden as Float32Array, residuals[4] as Float32Array);
    };
    expect(await error(right)).toBeLessThan(2e-6);
    expect(await error(wrong)).toBeGreaterThan(0.3);
    source.close();
  });
});

/** Reference residual streams r[0..4] of the three inputs of a tiny model, each [tokens, width]. */
function readTiny(name: string, { width }: LlamaConfig): { ids: number[]; residuals: Float32Array[] }[] {
  const { inputs, vocab } = JSON.parse(readFileSync(fixture(`${name}.reference.json`), 'utf8')) as {
    inputs: number[][];
    vocab: number;
  };
  const bytes = readFileSync(fixture(`${name}.reference.f32`));
  const floats = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  let at = 0;
  const take = (count: number): Float32Array => {
    at += count;
    return floats.subarray(at - count, at);
  };
  return inputs.map((input) => {
    const residuals = Array.from({ length: 5 }, () => take(input.length * width));
    take(input.length * (width + vocab)); // final norm and logits
    return { ids: input, residuals };
  });
}
