import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { LayerErrorSum } from './layer-error.ts';
import { readReference } from './reference.ts';

const folder = mkdtempSync(join(tmpdir(), 'reference-'));
afterAll(() => rmSync(folder, { recursive: true }));
const good = { layers: [1, 2], pools: ['last', 'mean'], hidden: 3, prompts: [{ name: 'a', ids: [1, 2] }] };

describe('readReference', () => {
  it('finds each vector', () => {
    const reference = readReference(write(good, 12));
    expect([...reference.vector(0, 1, 0)]).toEqual([6, 7, 8]);
  });

  it.each([
    ['a file of another length', 'malformed', good, 11],
    ['unknown pools', 'malformed', { ...good, pools: ['max'] }, 12],
    ['prompts without ids', 'malformed', { ...good, prompts: [{ name: 'a' }] }, 12],
    ['no layers', 'malformed', { ...good, layers: undefined }, 12],
    ['text', 'malformed', 'not json', 12],
  ])('refuses %s', (_, code, description, floats) => {
    expect(() => readReference(write(description, floats))).toThrow(expect.objectContaining({ code }));
  });

  it('refuses a missing file', () => {
    expect(() => readReference(join(folder, 'absent.json'))).toThrow(
      expect.objectContaining({ code: 'file-unreadable' }),
    );
  });
});

describe('LayerErrorSum', () => {
  it('measures distance and angle', () => {
    const sum = new LayerErrorSum(4);
    sum.add(new Float32Array([3, 4]), new Float32Array([3, 4]));
    sum.add(new Float32Array([4, -3]), new Float32Array([3, 4]));
    const { layer, vectors, meanError, maxError, minCosine } = sum.result();
    expect([layer, vectors, minCosine]).toEqual([4, 2, 0]);
    expect([meanError, maxError]).toEqual([Math.SQRT2 / 2, Math.SQRT2]);
  });

  it('does not let a value that is not finite pass', () => {
    const sum = new LayerErrorSum(1);
    sum.add(new Float32Array([Number.NaN]), new Float32Array([1]));
    expect(sum.result()).toMatchObject({ maxError: Number.POSITIVE_INFINITY, minCosine: -1 });
  });
});

function write(description: unknown, floats: number): string {
  const path = join(folder, 'reference.json');
  writeFileSync(path, typeof description === 'string' ? description : JSON.stringify(description));
  writeFileSync(
    join(folder, 'reference.f32'),
    new Uint8Array(Float32Array.from({ length: floats }, (_, i) => i).buffer),
  );
  return path;
}
