/** Test helper: a codebook with random directions, for tests of everything but what the codebook has learned. */
import type { Codebook, Head } from '../codebook/codebook.ts';

/** A small valid codebook for a graph. The same seed gives the same one. */
export function randomCodebook(
  graphSha256: string,
  layers: readonly number[],
  width: number,
  seed = 1,
): Omit<Codebook, 'sha256'> {
  let state = seed;
  const random = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32 - 0.5;
  };
  const floats = (length: number): Float32Array => Float32Array.from({ length }, random);
  const head = (): Head => ({
    layers: layers.map((layer) => ({
      layer,
      projection: floats(4 * width),
      offset: floats(4),
      prototypes: Float32Array.from([1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0]),
      labels: ['instruction override', 'prompt extraction', 'harmless chat'],
      attackPrototypes: 2,
      sharpness: 5,
      weight: 0.5,
    })),
    ngrams: {
      table: Int8Array.from({ length: 256 }, () => Math.round(random() * 100)),
      scale: 0.01,
      order: 3,
      span: 4,
    },
    ngramWeight: 1,
    bias: -1,
    lengthSlope: 0.2,
    calibration: { slope: 1, intercept: 0 },
    presets: {
      strict: { flag: 0.1, block: 0.3, falsePositiveRate: 0.03 },
      balanced: { flag: 0.3, block: 0.5, falsePositiveRate: 0.01 },
      permissive: { flag: 0.5, block: 0.9, falsePositiveRate: 0.002 },
    },
  });
  return {
    name: 'random',
    graphSha256,
    width,
    segments: { size: 32, stride: 16 },
    prior: 0.1,
    heads: { prompt: head(), data: head() },
  };
}
