import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ModelExportError } from '../errors.ts';
import { memorySource } from './byte-source.ts';
import { openSafetensors, openShardedSafetensors } from './safetensors.ts';

const folder = mkdtempSync(join(tmpdir(), 'safetensors-'));
afterAll(() => rmSync(folder, { recursive: true }));

const w = { dtype: 'F32', shape: [2, 1], data_offsets: [0, 8] };
const floats = new Uint8Array(new Float32Array([1.5, -2]).buffer);

describe('openSafetensors', () => {
  it('reads F32, F16 and BF16', () => {
    const header = {
      __metadata__: { format: 'pt' },
      a: w,
      b: { dtype: 'F16', shape: [1], data_offsets: [8, 10] },
      c: { dtype: 'BF16', shape: [1], data_offsets: [10, 12] },
    };
    const data = Buffer.concat([floats, Buffer.of(0x00, 0x3c), Buffer.of(0x80, 0x3f)]);
    const source = openSafetensors(memorySource(file(header, data)));
    expect(source.metadata.get('format')).toBe('pt');
    expect([...source.float32('a')]).toEqual([1.5, -2]);
    expect([...source.float32('b'), ...source.float32('c')]).toEqual([1, 1]);
  });

  const hostile: readonly [string, ModelExportError['code'], Uint8Array][] = [
    ['an empty file', 'truncated', new Uint8Array(0)],
    ['a header length beyond all memory', 'limit-exceeded', file({}, floats, 2n ** 63n)],
    ['a header length beyond the file', 'truncated', file({}, floats, 5000n)],
    ['a header that is not JSON', 'malformed', file('{"a":', floats)],
    ['a header that is a list', 'malformed', file('[]', floats)],
    ['a header that is not UTF-8', 'malformed', Buffer.concat([Buffer.of(1, 0, 0, 0, 0, 0, 0, 0), Buffer.of(0xff)])],
    ['an unknown dtype', 'unsupported', file({ a: { ...w, dtype: 'F33' } }, floats)],
    ['a negative shape', 'malformed', file({ a: { ...w, shape: [-2, -1] } }, floats)],
    ['a fractional shape', 'malformed', file({ a: { ...w, shape: [0.5, 4] } }, floats)],
    ['a shape that overflows', 'malformed', file({ a: { ...w, shape: [2 ** 52, 2 ** 52] } }, floats)],
    ['too many dimensions', 'malformed', file({ a: { ...w, shape: [2, 1, 1, 1, 1, 1, 1, 1, 1] } }, floats)],
    ['offsets that end before they start', 'malformed', file({ a: { ...w, data_offsets: [8, 0] } }, floats)],
    ['offsets that are not the shape', 'malformed', file({ a: { ...w, data_offsets: [0, 4] } }, floats)],
    ['offsets outside the file', 'truncated', file({ a: { ...w, data_offsets: [8, 16] } }, floats)],
    ['tensors that overlap', 'malformed', file({ a: w, b: { ...w, shape: [1], data_offsets: [4, 8] } }, floats)],
    ['a tensor that is null', 'unsupported', file({ a: null }, floats)],
  ];
  it.each(hostile)('refuses %s', (_, code, bytes) => {
    expect(codeOf(() => openSafetensors(memorySource(bytes)))).toBe(code);
  });

  it('names missing tensors and types that are no weights', () => {
    const source = openSafetensors(
      memorySource(file({ a: { dtype: 'I64', shape: [1], data_offsets: [0, 8] } }, floats)),
    );
    expect(codeOf(() => source.float32('a'))).toBe('unsupported');
    expect(codeOf(() => source.raw('b'))).toBe('missing-tensor');
  });
});

describe('openShardedSafetensors', () => {
  const index = (weight_map: unknown): string => {
    const path = join(folder, 'model.safetensors.index.json');
    writeFileSync(path, JSON.stringify({ weight_map }));
    return path;
  };

  it('reads each tensor from its shard', () => {
    writeFileSync(join(folder, 'one.safetensors'), file({ a: w }, floats));
    writeFileSync(
      join(folder, 'two.safetensors'),
      file({ b: w, ignored: { ...w, data_offsets: [8, 16] } }, Buffer.concat([floats, floats])),
    );
    const source = openShardedSafetensors(index({ a: 'one.safetensors', b: 'two.safetensors' }));
    expect([...source.tensors.keys()].sort()).toEqual(['a', 'b']);
    expect([...source.float32('b')]).toEqual([1.5, -2]);
    source.close();
  });

  it.each([
    ['a path out of the folder', 'malformed', { a: '../one.safetensors' }],
    ['an absolute path', 'malformed', { a: '/etc/passwd' }],
    ['a Windows path', 'malformed', { a: '..\\one.safetensors' }],
    ['a missing shard', 'file-unreadable', { a: 'absent.safetensors' }],
    ['a tensor that its shard lacks', 'malformed', { c: 'one.safetensors' }],
  ])('refuses %s', (_, code, map) => {
    expect(codeOf(() => openShardedSafetensors(index(map)))).toBe(code);
  });
});

function file(header: object | string, data: Uint8Array, length?: bigint): Uint8Array {
  const json = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const prefix = Buffer.alloc(8);
  prefix.writeBigUInt64LE(length ?? BigInt(json.length));
  return Buffer.concat([prefix, json, data]);
}

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return ModelExportError.isInstance(error) ? error.code : `untyped: ${error}`;
  }
  return 'no error';
}
