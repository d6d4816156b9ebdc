import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { fixture, haveFixtures } from '../testing/fixtures.ts';
import { openActivationGraph } from '../verify/activation-graph.ts';
import { describeDecoder } from './inspect-command.ts';
import { tapCommand } from './tap-command.ts';
import { readModelFile } from './tap-file.ts';

const root = mkdtempSync(join(tmpdir(), 'tap-command-'));
const tokenizer = join(root, 'tokenizer.json');
writeFileSync(tokenizer, JSON.stringify({ added_tokens: [{ id: 1, content: '<s>' }] }));
writeFileSync(join(root, 'tokenizer_config.json'), JSON.stringify({ bos_token: { content: '<s>' } }));

afterAll(() => rmSync(root, { recursive: true }));

async function run(...args: string[]): Promise<{ out: string; error: string }> {
  const lines = { out: '', error: '' };
  const terminal = {
    out: (text: string): void => {
      lines.out += text;
    },
    error: (text: string): void => {
      lines.error += text;
    },
  };
  await tapCommand(args, terminal);
  return lines;
}

describe.skipIf(!haveFixtures)('tap', () => {
  const model = haveFixtures ? fixture('tiny/gpt2-past-O2.onnx') : '';

  it('writes one file that verify opens, external data included', async () => {
    const file = join(root, 'out', 'taps.onnx');
    const { out } = await run(fixture('tiny/llama-genai-int4.onnx'), '--layers', '4,1', '--out', file);
    expect(out).toMatch(/layers 1, 4 of 4, width 64, .* no token depends on a later one/);
    const graph = await openActivationGraph(new Uint8Array(readFileSync(file)), file);
    expect(graph.taps).toEqual([1, 4]);
    await graph.close();
  });

  it('writes a model folder whose manifest matches its files', async () => {
    const folder = join(root, 'tiny-gpt2');
    await run(model, '--layers', '1,2', '--tokenizer', tokenizer, '--max-tokens', '128', '--out', folder);
    const { files, ...manifest } = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'));
    expect(manifest).toMatchObject({
      formatVersion: 1,
      name: 'tiny-gpt2',
      layers: [1, 2],
      width: 64,
      maxTokens: 128,
      sinkToken: 1,
    });
    for (const name of ['model.onnx', 'tokenizer.json']) {
      expect(files[name].sha256).toBe(
        createHash('sha256')
          .update(readFileSync(join(folder, name)))
          .digest('hex'),
      );
    }
  });

  it('writes into a folder that has a subfolder and other files, which are no part of the model', async () => {
    const folder = join(root, 'full');
    mkdirSync(join(folder, 'notes'), { recursive: true });
    writeFileSync(join(folder, 'my notes.txt'), 'of the user');
    await run(model, '--layers', '1', '--tokenizer', tokenizer, '--max-tokens', '64', '--out', folder);
    const { files } = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'));
    expect(Object.keys(files)).toEqual(['model.onnx', 'tokenizer.json']);
    expect(readFileSync(join(folder, 'my notes.txt'), 'utf8')).toBe('of the user');
  });

  it('measures int8 and a baked sink on texts, prints the error of each layer and notes both in the manifest', async () => {
    const folder = join(root, 'passes');
    const export_ = fixture('tiny/llama-past.onnx');
    const args = ['--layers', '1,4', '--tokenizer', byteTokenizer(), '--max-tokens', '128', '--int8', '--sink', '1'];
    const { out } = await run(export_, ...args, '--out', folder);
    expect(out).toMatch(/distance to the float graph:\n\| layer \|.*\n.*\n\| 1 \| \d+ \| \d\.\d+e-2 .*\n\| 4 \|/);
    expect(out).toMatch(
      /int8: 28 products, smoothed in 8 norms, 4 products and 4 times while running, sink 1 baked in/,
    );
    expect(out).toMatch(/no token depends on a later one/);
    const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'));
    expect(manifest).toMatchObject({ variant: 'int8', bakedSink: [1], sinkToken: 1 });
    expect(Object.keys(manifest.meanErrors)).toEqual(['1', '4']);
    for (const value of Object.values<number>(manifest.meanErrors)) expect(value).toBeLessThan(0.08);
  });

  it('refuses passes that lack texts or pooling, before it reads the model', async () => {
    const out = ['--out', join(root, 'none.onnx')];
    await expect(run(model, '--int8', ...out)).rejects.toMatchObject({ code: 'bad-argument', where: '--tokenizer' });
    await expect(run(model, '--sink', '1', '--pooling', 'off', ...out)).rejects.toMatchObject({ where: '--pooling' });
    await expect(run(model, '--sink', 'a', ...out)).rejects.toMatchObject({ where: '--sink' });
  });

  it('refuses a window longer than the model has positions, and a sink that is no token', async () => {
    const folder = ['--layers', '1', '--tokenizer', tokenizer, '--out', join(root, 'none')];
    await expect(run(model, ...folder, '--max-tokens', '129')).rejects.toMatchObject({
      code: 'bad-argument',
      where: 'maxTokens',
    });
    await expect(run(model, ...folder, '--sink-token', '512')).rejects.toMatchObject({
      code: 'bad-argument',
      where: 'sinkToken',
    });
  });

  it('warns that a dynamically quantised export looks ahead', async () => {
    const { error } = await run(fixture('tiny/llama-past-q8.onnx'), '--layers', '1', '--out', join(root, 'q8.onnx'));
    expect(error).toMatch(/warning dynamic-quantisation/);
  });

  it('describes layers and what would be pruned', () => {
    const text = describeDecoder(readModelFile(model));
    expect(text).toMatch(/layers {6}4\nadditions {3}AmAmAmAm/);
    expect(text).toMatch(/residual {4}4 unnamed output 3 of SkipLayerNormalization "SkipLayerNorm_AddBias_3"/);
    expect(text).toMatch(/pruned {6}outputs "logits"/);
  });
});

/** One token a byte, spelled as GPT-2 does. */
function byteTokenizer(): string {
  let moved = 0;
  const vocab = Array.from({ length: 256 }, (_, byte) => {
    const printable = (byte > 32 && byte < 127) || (byte > 160 && byte !== 173);
    return [String.fromCharCode(printable ? byte : 256 + moved++), byte];
  });
  const level = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true };
  const path = join(root, 'bytes.json');
  const model = { type: 'BPE', vocab: Object.fromEntries(vocab), merges: [] };
  const rest = { normalizer: null, pre_tokenizer: level, post_processor: null, decoder: level };
  writeFileSync(path, JSON.stringify({ version: '1.0', added_tokens: [], ...rest, model }));
  return path;
}

describe('arguments of tap', () => {
  it.each([[], ['a.onnx'], ['a.onnx', '--out', 'folder'], ['a.onnx', '--out', 'b.onnx', '--pooling', 'maybe']])(
    'refuses %j',
    async (...args) => {
      await expect(run(...args.flat())).rejects.toMatchObject({ code: 'bad-argument' });
    },
  );

  it('names a file that does not exist', async () => {
    await expect(run('/nowhere/a.onnx', '--out', join(root, 'b.onnx'))).rejects.toMatchObject({
      code: 'file-unreadable',
    });
  });
});
