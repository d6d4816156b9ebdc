/** Tables of cosines and sines for rotary position embedding. */

/** cos and sin of position x theta^(-2j / headSize), each [positions, headSize / 2]. */
export function rotaryTables(
  positions: number,
  headSize: number,
  theta: number,
): { cos: Float32Array; sin: Float32Array } {
  const half = headSize / 2;
  const cos = new Float32Array(positions * half);
  const sin = new Float32Array(positions * half);
  for (let j = 0; j < half; j++) {
    // transformers rounds the frequency and the angle to float32 before taking the cosine
    const frequency = Math.fround(1 / Math.fround(theta ** Math.fround((2 * j) / headSize)));
    for (let position = 0; position < positions; position++) {
      const angle = Math.fround(position * frequency);
      cos[position * half + j] = Math.cos(angle);
      sin[position * half + j] = Math.sin(angle);
    }
  }
  return { cos, sin };
}
