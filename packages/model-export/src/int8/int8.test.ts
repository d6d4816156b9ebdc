import type { InferenceSession } from 'onnxruntime-node';
import { beforeAll, describe, expect, it } from 'vitest';
import { floatArithmetic } from '../llama/float-arithmetic.ts';
import { forward, keysAndValues } from '../llama/forward.ts';
import type { LlamaLayer, LlamaWeights, Matrix } from '../llama/weights.ts';
import { everyTokenOf, relativeError, sessionOf } from '../testing/run.ts';
import { tinyConfig, tinyIds, tinyWeights } from '../testing/tiny-model.ts';
import { calibrate, type LayerStatistics } from './calibrate.ts';
import { splitFeedForward } from './channel-groups.ts';
import { quantizeEmbedding } from './embedding.ts';
import { int8Arithmetic } from './int8-arithmetic.ts';
import { PAIR_LIMIT, quantizeWeights } from './quantize-weights.ts';
import { smoothWeights } from './smooth.ts';

const config = tinyConfig({ width: 64, inner: 96, headSize: 16, heads: 4, kvHeads: 2 });
const weights = tinyWeights(config);
const texts = [tinyIds(20, config.vocabulary, 1), tinyIds(20, config.vocabulary, 2)];
const ids = tinyIds(14, config.vocabulary, 9);
const statistics = calibrate(weights, texts);
const smooth = smoothWeights(weights, statistics);

describe('smoothWeights', () => {
  it('does not change what the model computes', () => {
    const [before, after] = [forward(weights, ids), forward(smooth, ids)];
    expect(relativeError(after[2] as Float32Array, before[2] as Float32Array)).toBeLessThan(1e-5);
  });
});

describe('quantizeWeights', () => {
  const matrix = (smooth.layers[0] as LlamaLayer).down;
  const { values, scales } = quantizeWeights(matrix);

  it('no pair of neighbours can saturate the 16-bit sums of processors without VNNI', () => {
    for (let row = 0; row < matrix.rows; row++) {
      for (let column = 0; column + 1 < matrix.columns; column += 2) {
        const pair = [values[column * matrix.rows + row] as number, values[(column + 1) * matrix.rows + row] as number];
        const extremes = [1, -1].map((sign) => pair.reduce((sum, value) => sum + 255 * Math.max(0, sign * value), 0));
        expect(Math.max(...extremes)).toBeLessThanOrEqual(255 * PAIR_LIMIT);
        expect(255 * PAIR_LIMIT).toBeLessThanOrEqual(32767);
      }
    }
  });

  it('stays as close as 7 bits or closer', () => {
    const restored = Float32Array.from(matrix.values, (_, i) => {
      const [row, column] = [Math.floor(i / matrix.columns), i % matrix.columns];
      return (values[column * matrix.rows + row] as number) * (scales[row] as number);
    });
    expect(relativeError(restored, matrix.values)).toBeLessThan(relativeError(sevenBits(matrix), matrix.values));
  });

  it('keeps rows of zeros and a lone last weight', () => {
    const odd = quantizeWeights({ rows: 2, columns: 3, values: new Float32Array([0, 0, 0, 1, 1, 1]) });
    expect([...odd.values].filter((_, i) => i % 2 === 0)).toEqual([0, 0, 0]);
    expect((odd.values[5] as number) * (odd.scales[1] as number)).toBeCloseTo(1, 1);
  });
});

describe('splitFeedForward', () => {
  it('parts add up to the whole block', () => {
    const layer = smooth.layers[0] as LlamaLayer;
    const parts = splitFeedForward(layer, (statistics[0] as LayerStatistics).feedForwardOutput, 3);
    expect(parts.map((part) => part.gate.rows)).toEqual([32, 32, 32]);
    const sorted = (rows: Float32Array[]): number[] => rows.flatMap((row) => [...row]).sort();
    expect(sorted(parts.map((part) => part.up.values))).toEqual(sorted([layer.up.values]));
    expect(sorted(parts.map((part) => part.down.values))).toEqual(sorted([layer.down.values]));
  });
});

describe('quantizeEmbedding', () => {
  it('gives Q8_0 values back exactly', () => {
    const codes = Array.from({ length: 64 }, (_, i) => (i % 32 === 0 ? -127 : ((i * 37) % 200) - 100));
    const table = { rows: 1, columns: 64, values: Float32Array.from(codes, (code) => code * 0.0123291015625) };
    const { codes: stored, scales } = quantizeEmbedding(table, 8);
    expect([...stored].map((code, i) => (code - 128) * (scales[Math.floor(i / 32)] as number))).toEqual([
      ...table.values,
    ]);
  });

  it('refuses rows that are not whole blocks', () => {
    expect(() => quantizeEmbedding({ rows: 1, columns: 16, values: new Float32Array(16) }, 8)).toThrow(/whole blocks/);
  });
});

describe('int8Arithmetic', () => {
  let [float8, float4]: InferenceSession[] = [];
  let residuals: Float32Array[] = [];
  beforeAll(async () => {
    const build = (from: LlamaWeights, bits: 4 | 8): Promise<InferenceSession> =>
      sessionOf(config, int8Arithmetic(smooth, statistics, quantizeEmbedding(from.embedding, bits)), [1, 2]);
    [float8, float4] = [await build(weights, 8), await build(weights, 4)];
    const reference = await sessionOf(config, floatArithmetic(weights), [1, 2]);
    residuals = [
      new Float32Array(0),
      ...(await everyTokenOf(reference, 1, [ids])),
      ...(await everyTokenOf(reference, 2, [ids])),
    ];
  });

  it('stays near float32, nearer with 8 bits of embedding than with 4', async () => {
    const [eight] = await everyTokenOf(float8 as InferenceSession, 2, [ids]);
    const [four] = await everyTokenOf(float4 as InferenceSession, 2, [ids]);
    const errors = [eight, four].map((hidden) => relativeError(hidden as Float32Array, residuals[2] as Float32Array));
    expect(errors[0]).toBeLessThan(0.03);
    expect(errors[1]).toBeGreaterThan(errors[0] as number);
  });

  it('gives a token the same bits whatever follows it and whatever else is in the batch', async () => {
    const session = float8 as InferenceSession;
    const [whole] = await everyTokenOf(session, 2, [ids]);
    const [, inBatch] = await everyTokenOf(session, 2, [
      tinyIds(9, config.vocabulary, 5),
      ids.slice(0, 6),
      tinyIds(40, config.vocabulary, 6),
    ]);
    const [alone] = await everyTokenOf(session, 2, [ids.slice(0, 6)]);
    expect([...(alone as Float32Array)]).toEqual([...(whole as Float32Array).subarray(0, 6 * config.width)]);
    expect([...(inBatch as Float32Array)]).toEqual([...(alone as Float32Array)]);
  });

  it('keys and values of fixed tokens in front belong to the smoothed weights', async () => {
    const prefix = tinyIds(5, config.vocabulary, 3);
    const arithmetic = int8Arithmetic(smooth, statistics, quantizeEmbedding(weights.embedding, 8));
    const session = await sessionOf(config, arithmetic, [2], keysAndValues(smooth, prefix));
    const [hidden] = await everyTokenOf(session, 2, [ids]);
    const all = forward(weights, [...prefix, ...ids])[2] as Float32Array;
    const error = relativeError(hidden as Float32Array, all.subarray(prefix.length * config.width));
    expect(error).toBeLessThan(0.03);
  });

  it('a token whose embedding is all zeros gives finite values', async () => {
    const values = weights.embedding.values.slice();
    values.fill(0, 0, config.width);
    const embedding = quantizeEmbedding({ ...weights.embedding, values }, 8);
    const session = await sessionOf(config, int8Arithmetic(smooth, statistics, embedding), [2]);
    const [hidden] = await everyTokenOf(session, 2, [[0, 0, 5, 0]]);
    expect((hidden as Float32Array).every(Number.isFinite)).toBe(true);
  });
});

function sevenBits({ columns, values }: Matrix): Float32Array {
  return values.map((value, i) => {
    const start = i - (i % columns);
    const step =
      values.subarray(start, start + columns).reduce((size, other) => Math.max(size, Math.abs(other)), 0) / 63;
    return Math.round(value / step) * step;
  });
}
