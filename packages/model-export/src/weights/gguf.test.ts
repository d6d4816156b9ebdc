import { describe, expect, it } from 'vitest';
import { ModelExportError } from '../errors.ts';
import { type GgufSpec, ggufBytes, pair, text, u32, u64 } from '../testing/gguf-bytes.ts';
import { memorySource } from './byte-source.ts';
import { openGguf } from './gguf.ts';

const data = new Uint8Array(new Float32Array([1, 2, 3, 4, 5, 6]).buffer);
const tensor = { name: 'w', dimensions: [3, 2] };
const nested = (depth: number): Uint8Array =>
  depth === 0 ? Buffer.concat([u32(4), u64(0)]) : Buffer.concat([u32(9), u64(1), nested(depth - 1)]);

describe('openGguf', () => {
  it('reads metadata, shapes (slowest first) and values', () => {
    const pairs = [pair('a', 8, text('x')), pair('list', 9, Buffer.concat([u32(4), u64(2), u32(7), u32(8)]))];
    const source = openGguf(memorySource(ggufBytes({ pairs, tensors: [tensor], data })));
    expect(source.metadata.get('a')).toBe('x');
    expect(source.metadata.get('list')).toEqual([7, 8]);
    expect(source.tensors.get('w')?.shape).toEqual([2, 3]);
    expect([...source.float32('w')]).toEqual([1, 2, 3, 4, 5, 6]);
  });

  const hostile: readonly [string, ModelExportError['code'], GgufSpec | Uint8Array][] = [
    ['an empty file', 'truncated', new Uint8Array(0)],
    ['another format', 'malformed', { magic: 'GGML' }],
    ['an unknown version', 'unsupported', { version: 9 }],
    ['a big-endian version', 'unsupported', { version: 0x03000000 }],
    ['a tensor count beyond all memory', 'limit-exceeded', { tensorCount: 2n ** 63n }],
    ['a tensor count beyond the file', 'truncated', { tensorCount: 1000 }],
    ['a metadata count beyond all memory', 'limit-exceeded', { pairCount: 2n ** 64n - 1n }],
    ['a metadata count beyond the file', 'truncated', { pairCount: 99 }],
    ['a string longer than allowed', 'limit-exceeded', { pairs: [pair('a', 8, text('x', 2n ** 40n))] }],
    ['a string longer than the file', 'truncated', { pairs: [pair('a', 8, text('x', 1_000_000))] }],
    ['a string that is not UTF-8', 'malformed', { pairs: [pair('a', 8, Buffer.concat([u64(1), Buffer.of(0xff)]))] }],
    [
      'an array longer than allowed',
      'limit-exceeded',
      { pairs: [pair('a', 9, Buffer.concat([u32(4), u64(2n ** 50n)]))] },
    ],
    ['an array longer than the file', 'truncated', { pairs: [pair('a', 9, Buffer.concat([u32(4), u64(100_000)]))] }],
    ['arrays in arrays without end', 'limit-exceeded', { pairs: [pair('a', 9, nested(40))] }],
    ['a metadata type that does not exist', 'malformed', { pairs: [pair('a', 77, u32(0))] }],
    ['a metadata key twice', 'malformed', { pairs: [pair('a', 4, u32(0)), pair('a', 4, u32(1))] }],
    ['a tensor name twice', 'malformed', { tensors: [tensor, tensor], data }],
    ['a tensor name longer than ggml allows', 'limit-exceeded', { tensors: [{ ...tensor, name: 'n'.repeat(65) }] }],
    ['more dimensions than ggml has', 'limit-exceeded', { tensors: [{ ...tensor, dimensions: [1, 1, 1, 1, 1] }] }],
    ['a dimension of zero', 'malformed', { tensors: [{ ...tensor, dimensions: [3, 0] }] }],
    [
      'a dimension that is negative as int64',
      'limit-exceeded',
      { tensors: [{ ...tensor, dimensions: [2n ** 64n - 3n] }] },
    ],
    [
      'dimensions whose product overflows',
      'limit-exceeded',
      { tensors: [{ ...tensor, dimensions: [2n ** 40n, 2n ** 40n] }] },
    ],
    ['an offset outside the file', 'truncated', { tensors: [{ ...tensor, offset: 1024 }], data }],
    ['an offset that overflows', 'limit-exceeded', { tensors: [{ ...tensor, offset: 2n ** 63n }], data }],
    ['a misaligned offset', 'malformed', { tensors: [{ ...tensor, offset: 4 }], data }],
    ['data shorter than the shape', 'truncated', { tensors: [tensor], data: data.subarray(0, 20) }],
    ['rows that are not whole blocks', 'malformed', { tensors: [{ ...tensor, typeId: 3 }], data }],
    ['an alignment of zero', 'malformed', { pairs: [pair('general.alignment', 4, u32(0))] }],
    ['an alignment beyond reason', 'malformed', { pairs: [pair('general.alignment', 4, u32(2 ** 31))] }],
  ];
  it.each(hostile)('refuses %s', (_, code, spec) => {
    const bytes = spec instanceof Uint8Array ? spec : ggufBytes(spec);
    expect(codeOf(() => openGguf(memorySource(bytes)))).toBe(code);
  });

  it('a file cut anywhere gives a typed error or the same values', () => {
    const whole = ggufBytes({ pairs: [pair('a', 8, text('x'))], tensors: [tensor], data });
    for (let length = 0; length < whole.length; length++) {
      expect(codeOf(() => openGguf(memorySource(whole.subarray(0, length))).float32('w'))).toBe('truncated');
    }
  });

  it('names what is missing and what it cannot read', () => {
    const source = openGguf(memorySource(ggufBytes({ tensors: [{ ...tensor, typeId: 10 }], data })));
    expect(codeOf(() => source.float32('absent'))).toBe('missing-tensor');
    expect(codeOf(() => source.float32('w'))).toBe('unsupported');
  });
});

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return ModelExportError.isInstance(error) ? error.code : `untyped: ${error}`;
  }
  return 'no error';
}
