import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DataType, type OnnxGraph } from '../onnx/model.ts';
import { loadExternalData } from './external-data.ts';

const root = mkdtempSync(join(tmpdir(), 'external-data-'));
const folder = join(root, 'model');

beforeAll(() => {
  mkdirSync(join(folder, 'parts'), { recursive: true });
  writeFileSync(join(root, 'secret'), new Uint8Array(64));
  writeFileSync(
    join(folder, 'data'),
    Uint8Array.from({ length: 64 }, (_, at) => at),
  );
  writeFileSync(join(folder, 'parts/data'), new Uint8Array(64));
  symlinkSync(join(root, 'secret'), join(folder, 'link'));
  symlinkSync(root, join(folder, 'up'));
});

afterAll(() => rmSync(root, { recursive: true }));

/** Loads a graph with one external constant of 4 floats. */
function load(entries: Readonly<Record<string, string>>, dims = [4]): OnnxGraph {
  const external = Object.entries(entries).map(([key, value]) => ({ key, value }));
  const tensor = { name: 'weights', dataType: DataType.FLOAT, dims, external };
  return loadExternalData(
    { name: 'g', nodes: [], initializers: [tensor], inputs: [], outputs: [], valueInfo: [] },
    folder,
  );
}

describe('external data', () => {
  it('is read from the place that the model names', () => {
    const [tensor] = load({ location: 'data', offset: '8', length: '16' }).initializers;
    expect(tensor?.external).toBeUndefined();
    expect(tensor?.bytes?.[0]).toBe(8);
    expect(load({ location: './parts/data' }).initializers[0]?.bytes).toHaveLength(16);
  });

  it.each([
    '',
    '..',
    '../secret',
    'parts/../../secret',
    '/etc/hostname',
    'C:/data',
    '..\\secret',
    'parts//data',
    'data\0',
    'up/../secret',
  ])('is not read from %j', (location) => {
    expect(() => load({ location })).toThrow(expect.objectContaining({ code: 'malformed' }));
  });

  it.each(['link', 'up/secret'])('is not read through the link %j', (location) => {
    expect(() => load({ location })).toThrow(
      expect.objectContaining({ code: 'malformed', what: expect.stringMatching(/link/) }),
    );
  });

  it('is refused where sizes contradict the shape or the file', () => {
    expect(() => load({ location: 'data', length: '15' })).toThrow(expect.objectContaining({ code: 'malformed' }));
    expect(() => load({ location: 'data', offset: '-8' })).toThrow(expect.objectContaining({ code: 'malformed' }));
    expect(() => load({ location: 'data', offset: '1e1' })).toThrow(expect.objectContaining({ code: 'malformed' }));
    expect(() => load({ location: 'data', offset: '60' })).toThrow(expect.objectContaining({ code: 'truncated' }));
    expect(() => load({ location: 'data' }, [2 ** 30])).toThrow(expect.objectContaining({ code: 'limit-exceeded' }));
    expect(() => load({ location: 'data' }, [2 ** 40, 2 ** 40])).toThrow(
      expect.objectContaining({ name: 'ModelExportError' }),
    );
  });

  it('is refused where the file is missing or a folder', () => {
    expect(() => load({ location: 'absent' })).toThrow(expect.objectContaining({ code: 'file-unreadable' }));
    expect(() => load({ location: 'parts' })).toThrow(expect.objectContaining({ name: 'ModelExportError' }));
  });
});
