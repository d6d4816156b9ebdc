import { InferenceSession } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { tapFile } from '../surgery/tap-file.ts';
import { fixture, haveFixtures } from '../testing/fixtures.ts';
import { everyTokenOf, relativeError } from '../testing/run.ts';
import { tinyIds } from '../testing/tiny-model.ts';

const VOCABULARY = 512;
const someTexts = (seed: number): number[][] => [20, 40].map((n, i) => [1, ...tinyIds(n, VOCABULARY, seed + i)]);
const texts = { calibration: someTexts(3), measuring: someTexts(30) };
const LAYERS = [0, 1, 4];

describe.skipIf(!haveFixtures)('a baked sink', () => {
  it.each([
    ['gpt2-past.onnx', [1]],
    ['gpt2-past-O2.onnx', [1, 300, 17]],
    ['llama-past.onnx', [1, 300, 17]],
    ['llama-past-O2.onnx', [1]],
    ['llama-genai-fp32.onnx', [1, 300, 17]],
    ['llama-genai-int4.onnx', [1]],
  ])('stands for its tokens in %s', async (file, sink) => {
    const path = fixture(`tiny/${file}`);
    const { errors, largestMove, bytes, warnings } = await tapFile(path, { layers: LAYERS, passes: { sink, texts } });
    const single = file.includes('genai');
    expect(warnings.map(({ code }) => code)).toEqual(single ? ['single-text-batches'] : []);
    expect(largestMove).toBe(0);
    expect(errors.map(({ layer }) => layer)).toEqual(LAYERS);

    const [baked, plain] = await Promise.all([bytes, (await tapFile(path, { layers: LAYERS })).bytes].map(open));
    const rest = tinyIds(11, VOCABULARY, 5);
    const inputs = [
      [1, ...rest],
      [9, ...rest.slice(0, 4)],
    ];
    const [ours, other] = single
      ? (await Promise.all(inputs.map((ids) => everyTokenOf(baked, 4, [ids])))).flat()
      : await everyTokenOf(baked, 4, inputs);
    const [whole] = await everyTokenOf(plain, 4, [[...sink, ...rest]]);
    const [changed] = await everyTokenOf(plain, 4, [[9, ...sink.slice(1), ...rest]]);
    const width = (ours as Float32Array).length / 12;
    const rows = (values: Float32Array | undefined, from: number): Float32Array =>
      (values as Float32Array).subarray(from * width);
    expect(relativeError(rows(ours, 0), rows(whole, sink.length - 1))).toBeLessThan(1e-5);
    // Whatever the first token is, the baked one counts; without baking it matters.
    expect(relativeError(rows(other, 0), rows(ours, 0).subarray(0, 5 * width))).toBeLessThan(1e-5);
    expect(relativeError(rows(changed, sink.length), rows(whole, sink.length))).toBeGreaterThan(1e-3);
    await Promise.all([baked, plain].map((session) => session.release()));
  });

  it('goes together with int8', async () => {
    const passes = { sink: [1], int8: true, texts };
    const { errors, int8, largestMove } = await tapFile(fixture('tiny/llama-past.onnx'), { layers: LAYERS, passes });
    expect(int8?.products).toBe(28);
    expect(largestMove).toBe(0);
    expect(errors.every(({ meanError }) => meanError < 0.08)).toBe(true);
  });

  it.each([
    ['llama-logits.onnx', /takes no past/],
    ['gpt2-legacy-decoder_model_merged.onnx', /of 8 past inputs 0|takes no past/],
  ])('is refused for %s, which cannot take one', async (file, what) => {
    const tapped = tapFile(fixture(`tiny/${file}`), { layers: LAYERS, passes: { sink: [1], texts } });
    await expect(tapped).rejects.toMatchObject({ code: 'unsupported', what });
  });

  it('is refused for a token that the model has not', async () => {
    const tapped = tapFile(fixture('tiny/llama-past.onnx'), { layers: [1], passes: { sink: [VOCABULARY], texts } });
    await expect(tapped).rejects.toMatchObject({ code: 'bad-argument', where: '--sink' });
  });
});

function open(bytes: Uint8Array): Promise<InferenceSession> {
  return InferenceSession.create(bytes, { logSeverityLevel: 4 });
}
