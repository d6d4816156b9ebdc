import { readFileSync } from 'node:fs';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { afterAll, describe, expect, it } from 'vitest';
import { fixture, haveFixtures } from '../testing/fixtures.ts';
import { findResiduals } from './residuals.ts';
import { readModelFile, tapFile } from './tap-file.ts';

/** One entry of expected.json. */
interface Expected {
  readonly file: string;
  readonly model: string;
  readonly residual: { k: number; tensor: string | null; producer: string; producer_node: string; output: number }[];
  readonly found_by_value: boolean;
  readonly hops: string;
  readonly max_abs_error_against_reference: number[];
  readonly min_cosine_of_h_over_inputs: number;
  readonly negative?: string;
}

/** What unquantised float32 may differ by, in absolute terms. */
const FLOAT32_ERROR = 1.2e-5;

/** How far over the measured error a lossy export may be: kernels for int8 differ between processors. */
const LOSSY_MARGIN = 1.25;

const WIDTH = 64;
const VOCABULARY = 512;
const LAYERS = [0, 1, 2, 3, 4];

const entries: Expected[] = haveFixtures ? JSON.parse(readFileSync(fixture('tiny/expected.json'), 'utf8')) : [];
const table: string[] = [];

describe.skipIf(!haveFixtures)('standard exports', () => {
  for (const entry of entries) {
    it(`finds the residual stream of ${entry.file}`, () => {
      const { residuals, hops } = findResiduals(readModelFile(fixture(`tiny/${entry.file}`)).graph);
      expect(hops).toBe(entry.hops);
      expect(residuals).toEqual(
        entry.residual.map(({ k, tensor, producer, producer_node, output }) => {
          return { layer: k, tensor, operator: producer, node: producer_node, output };
        }),
      );
    });

    if (entry.negative !== undefined) {
      it(`refuses ${entry.file}, which has no causal mask`, async () => {
        const refused = tapFile(fixture(`tiny/${entry.file}`), { layers: [1, 2] });
        await expect(refused).rejects.toMatchObject({
          code: 'verification-failed',
          what: expect.stringMatching(/no causal mask/),
        });
        table.push(`${entry.file.padEnd(44)} refused: no causal mask`);
      });
      continue;
    }

    it(`taps ${entry.file} with the values of transformers`, async () => {
      const tapped = await tapFile(fixture(`tiny/${entry.file}`), { layers: LAYERS, pooling: false });
      const { errors, cosine } = await measure(tapped.bytes, entry.model);
      const isQuantised = entry.file.includes('q8');
      expect(tapped.warnings.map(({ code }) => code)).toEqual(isQuantised ? ['dynamic-quantisation'] : []);
      expect(tapped.largestMove > 0).toBe(isQuantised);
      table.push(
        `${entry.file.padEnd(44)} ${entry.hops} ${errors.map((e) => e.toExponential(1)).join(' ')} ${cosine.toFixed(6)}`,
      );
      expect(errors).toHaveLength(4);
      errors.forEach((error, at) => {
        const measured = entry.max_abs_error_against_reference[at] as number;
        expect(error).toBeLessThanOrEqual(entry.found_by_value ? FLOAT32_ERROR : measured * LOSSY_MARGIN);
      });
      expect(cosine).toBeGreaterThanOrEqual(entry.min_cosine_of_h_over_inputs - 1e-3);
    });
  }

  it('pools in the graph, leaving padding out', async () => {
    const { bytes } = await tapFile(fixture('tiny/llama-past.onnx'), { layers: [2] });
    const { layers } = reference('tiny-llama');
    const session = await InferenceSession.create(bytes);
    const [ids, hidden] = [[1, 17, 300, 42, 8, 511, 0], layers[1]?.[2] as Float32Array];
    const padded = [...ids, 9, 9];
    const mask = padded.map((_, at) => (at < ids.length ? 1 : 0));
    const third = padded.map((_, at) => (at === 2 ? 1 : 0));
    const pooling = [...third, ...padded.map(() => 1 / ids.length)];
    const results = await session.run({
      input_ids: int64(padded),
      attention_mask: int64(mask),
      pooling: new Tensor('float32', Float32Array.from(pooling), [2, padded.length]),
    });
    const mean = Array.from(
      { length: WIDTH },
      (_, at) => ids.reduce((sum, _id, t) => sum + (hidden[t * WIDTH + at] as number), 0) / 7,
    );
    const expected = [...hidden.subarray(2 * WIDTH, 3 * WIDTH), ...mean];
    expect(results.hidden_2?.dims).toEqual([1, 2, WIDTH]);
    expect(largestError(results.hidden_2?.data as Float32Array, expected)).toBeLessThan(FLOAT32_ERROR);
    await session.release();
  });

  afterAll(() => console.log(['export, hops, largest error of layers 1 to 4, smallest cosine', ...table].join('\n')));
});

async function measure(bytes: Uint8Array, model: string): Promise<{ errors: number[]; cosine: number }> {
  const session = await InferenceSession.create(bytes, { intraOpNumThreads: 1 });
  const { inputs, layers } = reference(model);
  const errors = [0, 0, 0, 0];
  let cosine = 1;
  for (const [at, ids] of inputs.entries()) {
    const results = await session.run({ input_ids: int64(ids), attention_mask: int64(ids.map(() => 1)) });
    for (let layer = 1; layer <= 4; layer++) {
      const values = results[`hidden_${layer}`]?.data as Float32Array;
      const expected = layers[at]?.[layer] as Float32Array;
      errors[layer - 1] = Math.max(errors[layer - 1] as number, largestError(values, expected));
      cosine = Math.min(cosine, cosineOf(values, expected));
    }
  }
  await session.release();
  return { errors, cosine };
}

/** For each input and layer 0 to 4, [tokens, width]. */
function reference(model: string): { inputs: number[][]; layers: Float32Array[][] } {
  const { inputs } = JSON.parse(readFileSync(fixture(`tiny/${model}.reference.json`), 'utf8')) as {
    inputs: number[][];
  };
  const values = new Float32Array(new Uint8Array(readFileSync(fixture(`tiny/${model}.reference.f32`))).buffer);
  let start = 0;
  const layers = inputs.map(({ length }) => {
    const first = start;
    start += (6 * WIDTH + VOCABULARY) * length;
    return LAYERS.map((layer) => values.subarray(first + layer * length * WIDTH, first + (layer + 1) * length * WIDTH));
  });
  return { inputs, layers };
}

function int64(values: readonly number[]): Tensor {
  return new Tensor('int64', BigInt64Array.from(values, BigInt), [1, values.length]);
}

function largestError(values: Float32Array, expected: ArrayLike<number>): number {
  expect(values).toHaveLength(expected.length);
  return values.reduce((largest, value, at) => Math.max(largest, Math.abs(value - (expected[at] as number))), 0);
}

function cosineOf(a: Float32Array, b: Float32Array): number {
  let [product, own, other] = [0, 0, 0];
  a.forEach((value, at) => {
    product += value * (b[at] as number);
    own += value * value;
    other += (b[at] as number) ** 2;
  });
  return product / Math.sqrt(own * other);
}
