import { afterAll, describe, expect, it } from 'vitest';
import { writeModel } from '../onnx/write.ts';
import { checkCausal } from '../surgery/causal-check.ts';
import { tapFile } from '../surgery/tap-file.ts';
import { fixture, haveFixtures } from '../testing/fixtures.ts';
import { tinyIds } from '../testing/tiny-model.ts';
import { openActivationGraph } from '../verify/activation-graph.ts';
import { compareGraphs } from '../verify/verify.ts';
import { toInt8 } from './int8.ts';

const LAYERS = [1, 2, 4];
const VOCABULARY = 512;
const texts = (seed: number): number[][] => [30, 50, 70].map((n, i) => [1, ...tinyIds(n, VOCABULARY, seed + i)]);
const table: string[] = [];

/** Mean relative error allowed: with 64 random channels a rounding weighs more than among the 576 of a trained model. */
const MEAN_ERROR = 0.08;

describe.skipIf(!haveFixtures)('int8 of standard exports', () => {
  it.each([
    ['gpt2-legacy-decoder_model_merged.onnx', 16],
    ['gpt2-past-O2.onnx', 16],
    ['gpt2-past.onnx', 16],
    ['llama-genai-fp32.onnx', 20],
    ['llama-genai-int4.onnx', 20],
    ['llama-legacy-decoder_model_merged.onnx', 28],
    ['llama-logits.onnx', 28],
    ['llama-past-O2.onnx', 28],
    ['llama-past-fp16.onnx', 28],
    ['llama-past.onnx', 28],
  ])('turns all products of %s into int8, causal bit for bit', async (file, products) => {
    const tapped = await tapFile(fixture(`tiny/${file}`), { layers: LAYERS });
    const { model, report } = await toInt8(tapped.model, texts(11));
    expect(report.products).toBe(products);
    const gated = file.startsWith('llama') ? 4 : 0;
    expect(report).toMatchObject({ inNorms: 8, inProducts: gated, whileRunning: 8 - gated, embedding: true });
    const bytes = writeModel(model);
    await checkCausal(bytes, { layers: LAYERS, vocabulary: VOCABULARY, pooling: true, tolerance: 0 });
    const [int8, float] = [await openActivationGraph(bytes, file), await openActivationGraph(tapped.bytes, file)];
    const errors = await compareGraphs(int8, float, texts(77));
    table.push(
      `${file.padEnd(44)} ${tapped.bytes.length} -> ${bytes.length} bytes, ` +
        errors.map(({ meanError, maxError }) => `${meanError.toFixed(4)} (${maxError.toFixed(3)})`).join(' '),
    );
    for (const { meanError } of errors) {
      expect(meanError).toBeGreaterThan(0);
      expect(meanError).toBeLessThan(MEAN_ERROR);
    }
    await Promise.all([int8.close(), float.close()]);
  });

  it('refuses an export that multiplies in integers already', async () => {
    const { model } = await tapFile(fixture('tiny/llama-past-q8.onnx'), { layers: [2] });
    await expect(toInt8(model, texts(1))).rejects.toMatchObject({ code: 'unsupported', where: /MatMulInteger/ });
  });

  afterAll(() => console.log(['export, size, mean (largest) relative error of layers 1, 2, 4', ...table].join('\n')));
});
