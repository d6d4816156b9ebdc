/**
 * int64 values without a BigInt for each: little-endian low words, high words zero. Token ids are never negative, and every
 * platform that Node 20 runs on here is little-endian.
 *
 * @returns [2 * values.length] 32-bit words
 */
export function int64Words(values: Int32Array): Int32Array<ArrayBuffer> {
  const words = new Int32Array(values.length * 2);
  for (let i = 0; i < values.length; i++) words[2 * i] = values[i] as number;
  return words;
}
