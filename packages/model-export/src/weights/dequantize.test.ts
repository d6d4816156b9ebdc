import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fixture, haveFixtures } from '../testing/fixtures.ts';
import { BLOCK_TYPES, dequantize } from './dequantize.ts';
import { bfloatToFloat, floatToHalf, halfToFloat } from './float16.ts';

describe.skipIf(!haveFixtures)('block formats against gguf-py', () => {
  const bytes = haveFixtures ? readFileSync(fixture('gguf/dequant.bin')) : Buffer.alloc(0);
  const { vectors } = haveFixtures
    ? JSON.parse(readFileSync(fixture('gguf/dequant.json'), 'utf8'))
    : { vectors: [{ type: 'none', type_id: -1 }] };
  for (const vector of vectors) {
    const type = BLOCK_TYPES.get(vector.type_id);
    if (type === undefined && haveFixtures) continue; // Q2_K, Q3_K and IQ types are refused when a tensor is read
    it(`${vector.type} gives the same bits`, () => {
      const raw = bytes.subarray(vector.raw_offset, vector.raw_offset + vector.raw_bytes);
      const values = dequantize(type as NonNullable<typeof type>, raw, vector.values);
      const expected = bytes.subarray(vector.f32_offset, vector.f32_offset + vector.values * 4);
      expect(Buffer.compare(Buffer.from(values.buffer), expected)).toBe(0);
    });
  }
});

describe('half precision', () => {
  it('every half survives the way to float32 and back', () => {
    for (let bits = 0; bits < 0x10000; bits++) {
      const value = halfToFloat(bits);
      if (!Number.isNaN(value)) expect(floatToHalf(value)).toBe(bits);
    }
  });

  it('rounds to the nearest half, ties to even', () => {
    expect(floatToHalf(1 + 2 ** -11)).toBe(floatToHalf(1));
    expect(floatToHalf(1 + 3 * 2 ** -11)).toBe(floatToHalf(1 + 2 ** -9));
    expect(floatToHalf(1e6)).toBe(0x7c00);
    expect(floatToHalf(2 ** -26)).toBe(0);
    expect(halfToFloat(floatToHalf(Number.NaN))).toBeNaN();
  });

  it('bfloat16 is the upper half of a float32', () => {
    expect(bfloatToFloat(0x3f80)).toBe(1);
    expect(bfloatToFloat(0xc020)).toBe(-2.5);
  });
});
