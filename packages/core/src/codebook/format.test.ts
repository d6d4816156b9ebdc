import { describe, expect, it } from 'vitest';
import { FirewallError } from '../errors.ts';
import { randomCodebook } from '../testing/random-codebook.ts';
import { parseCodebook, serialiseCodebook } from './format.ts';
import { readSafetensors, writeSafetensors } from './safetensors.ts';

const codebook = randomCodebook('a'.repeat(64), [1, 2], 8);
const bytes = serialiseCodebook(codebook);

/** The same file with its JSON description changed. */
function withMetadata(change: (json: Record<string, unknown>) => void): Uint8Array {
  const file = readSafetensors(bytes, 'test');
  const json = JSON.parse(file.metadata.codebook as string);
  change(json);
  return writeSafetensors({ tensors: file.tensors, metadata: { ...file.metadata, codebook: JSON.stringify(json) } });
}

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return FirewallError.isInstance(error) ? error.code : `untyped: ${error}`;
  }
  return 'nothing thrown';
}

describe('codebook file', () => {
  it('reads back what was written, to the last bit', () => {
    const { sha256, ...rest } = parseCodebook(bytes, 'test');
    expect(sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(rest).toEqual(codebook);
  });

  it('keeps the curve of a head that has one', () => {
    const curve = [{ threshold: 0.25, falsePositiveRate: 0.01, recall: 0.5 }];
    const heads = { ...codebook.heads, data: { ...codebook.heads.data, curve } };
    const read = parseCodebook(serialiseCodebook({ ...codebook, heads }), 'test');
    expect([read.heads.prompt.curve, read.heads.data.curve]).toEqual([undefined, curve]);
  });

  it('keeps the statistics of a head that has them, and refuses those of another number of layers', () => {
    const statistics = { precision: Array.from({ length: 16 }, (_, i) => i / 3), texts: 900 };
    const withStatistics = (precision: readonly number[]): Uint8Array =>
      serialiseCodebook({
        ...codebook,
        heads: { ...codebook.heads, data: { ...codebook.heads.data, statistics: { ...statistics, precision } } },
      });
    const { prompt, data } = parseCodebook(withStatistics(statistics.precision), 'test').heads;
    expect([prompt.statistics, data.statistics]).toEqual([undefined, statistics]);
    expect(codeOf(() => parseCodebook(withStatistics([1]), 'test'))).toBe('codebook-invalid');
  });

  it('reads from a Buffer that lies inside a larger one', () => {
    const padded = Buffer.concat([Buffer.alloc(13), bytes, Buffer.alloc(7)]);
    const { sha256: _, ...rest } = parseCodebook(padded.subarray(13, 13 + bytes.length), 'test');
    expect(rest).toEqual(codebook);
  });

  it('gives the same bytes for the same codebook', () => {
    expect(serialiseCodebook(codebook)).toEqual(bytes);
  });

  it.each([
    ['an empty file', () => new Uint8Array(0)],
    ['a file of noise', () => Uint8Array.from({ length: 500 }, (_, i) => (i * 7919) & 255)],
    ['a truncated file', () => bytes.subarray(0, bytes.length - 5)],
    ['a header longer than the file', () => Uint8Array.of(255, 255, 255, 255, 0, 0, 0, 0, 1, 2)],
    ['one flipped bit in a tensor', () => bytes.map((byte, i) => (i === bytes.length - 100 ? byte ^ 1 : byte))],
    ['a changed threshold', () => withMetadata((json) => Object.assign(json, { prior: 0.5 }))],
    ['another format version', () => withMetadata((json) => Object.assign(json, { formatVersion: 99 }))],
    ['a description that is no JSON', () => writeSafetensors({ tensors: new Map(), metadata: { codebook: '{' } })],
  ])('refuses %s with a typed error', (_, make) => {
    expect(codeOf(() => parseCodebook(make(), 'test'))).toBe('codebook-invalid');
  });

  it('never throws anything untyped, whichever byte of the header is damaged', () => {
    const headerEnd = 8 + Number(new DataView(bytes.buffer).getBigUint64(0, true));
    for (let i = 0; i < headerEnd; i += 3) {
      const damaged = bytes.map((byte, at) => (at === i ? byte ^ 0x55 : byte));
      expect(codeOf(() => parseCodebook(damaged, 'test'))).toBe('codebook-invalid');
    }
  });
});
