/** Reads reference activations: what another implementation computed for a few texts. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ModelExportError } from '../errors.ts';

/** Pooled activations of some prompts. */
export interface Reference {
  readonly layers: readonly number[];
  readonly pools: readonly Pool[];
  readonly width: number;
  readonly prompts: readonly { readonly name: string; readonly ids: readonly number[] }[];
  /** One vector [width]. */
  vector(prompt: number, layer: number, pool: number): Float32Array;
}

/** Which tokens a reference vector is made of. */
export type Pool = 'last' | 'mean';

/**
 * Reads `reference.json` and `reference.f32` beside it: float32 little-endian [prompts, layers, pools, width].
 *
 * @throws ModelExportError `file-unreadable` or `malformed`
 */
export function readReference(path: string): Reference {
  const { layers, pools, hidden: width, prompts } = readDescription(path);
  const file = join(dirname(path), 'reference.f32');
  const bytes = read(file);
  const expected = prompts.length * layers.length * pools.length * width * 4;
  if (bytes.byteLength !== expected)
    throw malformed(file, `It has ${bytes.byteLength} bytes, ${expected} are described`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return {
    layers,
    pools,
    width,
    prompts,
    vector(prompt, layer, pool) {
      const start = ((prompt * layers.length + layer) * pools.length + pool) * width;
      return Float32Array.from({ length: width }, (_, i) => view.getFloat32((start + i) * 4, true));
    },
  };
}

interface Description {
  readonly layers: number[];
  readonly pools: Pool[];
  readonly hidden: number;
  readonly prompts: { name: string; ids: number[] }[];
}

function readDescription(path: string): Description {
  let value: Partial<Description>;
  try {
    value = JSON.parse(new TextDecoder().decode(read(path))) as Partial<Description>;
  } catch (cause) {
    if (ModelExportError.isInstance(cause)) throw cause;
    throw malformed(path, 'It is not JSON');
  }
  const numbers = (list: unknown): boolean => Array.isArray(list) && list.every((item) => Number.isSafeInteger(item));
  if (!numbers(value?.layers)) throw malformed(path, '`layers` is not a list of layers');
  if (!Array.isArray(value.pools) || !value.pools.every((pool) => pool === 'last' || pool === 'mean')) {
    throw malformed(path, '`pools` is not a list of last and mean');
  }
  if (!Number.isSafeInteger(value.hidden)) throw malformed(path, '`hidden` is not a width');
  if (
    !Array.isArray(value.prompts) ||
    !value.prompts.every((prompt) => numbers(prompt?.ids) && prompt.ids.length > 0)
  ) {
    throw malformed(path, '`prompts` is not a list of token ids');
  }
  return value as Description;
}

function read(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new ModelExportError({
      code: 'file-unreadable',
      what: 'The reference cannot be read',
      where: path,
      todo: 'Give a reference.json with its reference.f32 beside it.',
      cause,
    });
  }
}

function malformed(where: string, what: string): ModelExportError {
  return new ModelExportError({ code: 'malformed', what, where, todo: 'See README.md, "Reference files".' });
}
