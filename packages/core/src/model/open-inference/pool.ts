/** Means over tokens on the caller's side, for served graphs that return every token. */
import type { Pooling } from '../detector-model.ts';

/**
 * @param hidden [tokens, width]
 * @returns [segments, width]: `pooling` x `hidden`
 */
export function poolTokens(hidden: Float32Array, width: number, { weights, segments, tokens }: Pooling): Float32Array {
  const pooled = new Float32Array(segments * width);
  for (let segment = 0; segment < segments; segment++) {
    const row = pooled.subarray(segment * width, (segment + 1) * width);
    for (let token = 0; token < tokens; token++) {
      const weight = weights[segment * tokens + token] as number;
      // A segment weighs a few of the window's tokens.
      if (weight === 0) continue;
      const from = token * width;
      for (let i = 0; i < width; i++) row[i] = (row[i] as number) + weight * (hidden[from + i] as number);
    }
  }
  return pooled;
}
