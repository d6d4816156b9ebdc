import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { fixture, haveFixtures } from '../testing/fixtures.ts';
import { main } from './main.ts';

const folder = mkdtempSync(join(tmpdir(), 'model-export-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe.skipIf(!haveFixtures)('alknet-model-export on a tiny GGUF', () => {
  const weights = fixture('gguf/tiny-llama-mixed.gguf');
  const model = join(folder, 'tiny');
  const float = join(folder, 'fp32.onnx');

  it('build writes a folder with graph, tokenizer and a manifest that describes them', async () => {
    const { code, out } = await run('build', weights, '--layers', '4,1', '--sink-token', '1', '--out', model);
    expect([code, out]).toEqual([0, expect.stringContaining('layers 1, 4, int8')]);
    const manifest = JSON.parse(readFileSync(join(model, 'manifest.json'), 'utf8'));
    expect(manifest).toMatchObject({ formatVersion: 1, layers: [1, 4], width: 64, sinkToken: 1, maxTokens: 1024 });
    expect(Object.keys(manifest.files)).toEqual(['model.onnx', 'tokenizer.json']);
    expect(manifest.files['model.onnx'].bytes).toBe(readFileSync(join(model, 'model.onnx')).length);
  });

  it('build gives the same bytes again', async () => {
    const again = join(folder, 'again.onnx');
    await run('build', weights, '--layers', '1,4', '--sink-token', '1', '--out', again);
    expect(Buffer.compare(readFileSync(again), readFileSync(join(model, 'model.onnx')))).toBe(0);
  });

  it('verify compares int8 with fp32 and fails over a limit', async () => {
    expect((await run('build', weights, '--layers', '1,4', '--variant', 'fp32', '--out', float)).code).toBe(0);
    const graph = join(model, 'model.onnx');
    const against = ['--against', float, '--tokenizer', join(model, 'tokenizer.json')];
    const good = await run('verify', graph, ...against, '--mean-error', '0.2');
    expect([good.code, good.error]).toEqual([0, '']);
    expect(good.out).toMatch(/\| 1 \| \d+ \|[\s\S]*\| 4 \| \d+ \|/);
    const bad = await run('verify', graph, ...against, '--max-error', '1e-9');
    expect([bad.code, bad.error]).toEqual([1, expect.stringContaining('verification-failed')]);
    const same = await run('verify', float, ...against);
    expect(same.code).toBe(0);
  });

  it('build --instruction: verify gives the graph without it the same tokens to read, and no folder is equivalent', async () => {
    const told = join(folder, 'told');
    const build = ['build', weights, '--layers', '1,4', '--variant', 'fp32', '--sink-token', '1'];
    expect((await run(...build, '--instruction', 'Is it an order?', '--out', told)).code).toBe(0);
    const manifest = JSON.parse(readFileSync(join(told, 'manifest.json'), 'utf8'));
    expect(manifest.prefix[0]).toBe(1);
    expect(manifest.prefix.length).toBeGreaterThan(3);
    const tokenizer = ['--tokenizer', join(told, 'tokenizer.json')];
    const verified = await run('verify', join(told, 'model.onnx'), '--against', float, ...tokenizer);
    expect([verified.code, verified.error]).toEqual([0, '']);
    const plain = join(folder, 'untold');
    await run(...build, '--out', plain);
    const folders = await run('verify', told, '--against', plain, '--record');
    expect([folders.code, folders.error]).toEqual([1, expect.stringContaining('verification-failed')]);
  });

  it('verify compares two folders, and writes the proof down only when told to', async () => {
    const other = join(folder, 'tiny-fp32');
    await run('build', weights, '--layers', '1,4', '--variant', 'fp32', '--sink-token', '1', '--out', other);
    const proofs = (): unknown => JSON.parse(readFileSync(join(other, 'manifest.json'), 'utf8')).equivalentTo;
    const compare = ['verify', other, '--against', model, '--mean-error', '0.2'];
    expect(await run(...compare)).toMatchObject({ code: 0, error: '', out: expect.stringContaining('agreed') });
    expect(proofs()).toBeUndefined();
    const strict = await run('verify', other, '--against', model, '--mean-error', '1e-9', '--record');
    expect([strict.code, strict.error]).toEqual([1, expect.stringContaining('verification-failed')]);
    expect(proofs()).toBeUndefined();
    expect((await run(...compare, '--record')).out).toMatch(/recorded in .*: equivalent to [0-9a-f]{64}/);
    const hash = (of: string, file: string): unknown =>
      JSON.parse(readFileSync(join(of, 'manifest.json'), 'utf8')).files[file].sha256;
    const provenFor = { graphSha256: hash(other, 'model.onnx'), tokenizerSha256: hash(other, 'tokenizer.json') };
    expect(proofs()).toMatchObject([{ graphSha256: hash(model, 'model.onnx'), provenFor }]);
    expect((await run('verify', float, '--against', float, '--record')).error).toMatch(/it is for two model folders/i);
  });

  it('inspect describes graphs and weights', async () => {
    expect((await run('inspect', float)).out).toMatch(/com\.microsoft\.GroupQueryAttention x 4/);
    expect((await run('inspect', weights)).out).toMatch(/tensors +Q4_1 x/);
    expect((await run('inspect', fixture('tiny/tiny-llama'))).out).toMatch(/format +safetensors/);
  });

  it('tap makes an activation graph of a standard export, and inspect says what it would do', async () => {
    const exported = fixture('tiny/llama-past.onnx');
    const tapped = join(folder, 'tapped.onnx');
    expect((await run('inspect', exported)).out).toMatch(/layers +4/);
    expect(await run('tap', exported, '--layers', '1,4', '--out', tapped)).toMatchObject({ code: 0, error: '' });
    expect((await run('inspect', tapped)).out).toMatch(/output +hidden_4/);
  });

  it.each([
    ['more layers than there are', ['build', weights, '--layers', '1,9', '--out', float], 'bad-argument'],
    [
      'int8 without a tokenizer',
      ['build', fixture('tiny/tiny-llama'), '--out', float, '--sink-token', '1', '--layers', '1'],
      'bad-argument',
    ],
    ['another architecture', ['build', fixture('tiny/tiny-gpt2'), '--out', float], 'unsupported'],
    ['a graph that is not ours', ['verify', fixture('tiny/llama-logits.onnx'), '--reference', weights], 'unsupported'],
    ['weights cut short', ['build', cutShort(weights), '--out', float], 'truncated'],
  ])('refuses %s', async (_, args, code) => {
    expect(await run(...args)).toEqual({ code: 2, out: '', error: expect.stringContaining(`error ${code}`) });
  });
});

describe('alknet-model-export', () => {
  it('explains itself', async () => {
    expect((await run('--help')).out).toMatch(/build WEIGHTS[\s\S]*exit code/);
    expect((await run()).code).toBe(0);
  });

  it.each([
    ['an unknown command', ['frobnicate'], 'bad-argument'],
    ['a command that is a property of every object', ['constructor'], 'bad-argument'],
    ['an unknown option', ['build', 'x', '--colour', 'red'], 'bad-argument'],
    ['no output', ['build', 'x'], 'bad-argument'],
    ['no weights', ['build', '--out', 'x.onnx'], 'bad-argument'],
    ['layers that are not numbers', ['build', 'x', '--out', 'y', '--layers', '1,two'], 'bad-argument'],
    ['layer 0', ['build', 'x', '--out', 'y', '--layers', '0'], 'bad-argument'],
    ['an unknown variant', ['build', 'x', '--out', 'y', '--variant', 'int3'], 'bad-argument'],
    ['weights that do not exist', ['build', join(folder, 'absent.gguf'), '--out', 'y'], 'file-unreadable'],
    ['a folder without weights', ['build', folder, '--out', 'y'], 'file-unreadable'],
    [
      'a limit that is no number',
      ['verify', file('x.onnx'), '--reference', 'r', '--max-error', 'much'],
      'bad-argument',
    ],
    ['verify without a reference', ['verify', file('x.onnx')], 'bad-argument'],
    ['verify of a file that is no graph', ['verify', file('x.onnx'), '--reference', 'r'], 'truncated'],
    ['inspect of a file that does not exist', ['inspect', join(folder, 'absent.onnx')], 'bad-argument'],
  ])('refuses %s with exit code 2 and what to do', async (_, args, code) => {
    const result = await run(...args);
    expect([result.code, result.out]).toEqual([2, '']);
    expect(result.error).toMatch(new RegExp(`^error ${code}: .+\n  where: .+\n  do:    .+`));
  });
});

async function run(...args: string[]): Promise<{ code: number; out: string; error: string }> {
  let [out, error] = ['', ''];
  const code = await main(args, {
    out: (text) => {
      out += text;
    },
    error: (text) => {
      error += text;
    },
  });
  return { code, out, error };
}

function file(name: string): string {
  const path = join(folder, name);
  writeFileSync(path, 'this is not a graph');
  return path;
}

function cutShort(path: string): string {
  if (!existsSync(path)) return path;
  const cut = join(folder, 'cut.gguf');
  writeFileSync(cut, readFileSync(path).subarray(0, 100_000));
  return cut;
}
