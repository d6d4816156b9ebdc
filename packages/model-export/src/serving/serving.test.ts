import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { main } from '../cli/main.ts';
import { fixture, haveFixtures } from '../testing/fixtures.ts';

const folder = mkdtempSync(join(tmpdir(), 'serving-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function run(...args: string[]): Promise<{ code: number; out: string; error: string }> {
  const lines = { out: '', error: '' };
  const code = await main(args, {
    out: (text) => {
      lines.out += text;
    },
    error: (text) => {
      lines.error += text;
    },
  });
  return { code, ...lines };
}

describe.skipIf(!haveFixtures)('alknet-model-export triton', () => {
  const repository = join(folder, 'repository');
  const read = (name: string): string => readFileSync(join(repository, name), 'utf8');
  const tapped = async (source: string, ...flags: string[]): Promise<string> => {
    const out = join(folder, `${source}${flags.join('')}.onnx`);
    expect(await run('tap', fixture(`tiny/${source}.onnx`), '--layers', '1,2', ...flags, '--out', out)).toMatchObject({
      code: 0,
    });
    return out;
  };

  it('serves a pooling graph without batching, says which graph it is, and copies it bit for bit', async () => {
    const graph = await tapped('llama-logits');
    const { code, out } = await run('triton', graph, '--out', repository, '--name', 'pooling', '--instances', '3');
    expect([code, out]).toEqual([0, expect.stringContaining('no dynamic batching: the pooling belongs to one window')]);
    const config = read('pooling/config.pbtxt');
    const bytes = readFileSync(graph);
    expect(Buffer.compare(readFileSync(join(repository, 'pooling/1/model.onnx')), bytes)).toBe(0);
    expect(config).toContain(`string_value: "${createHash('sha256').update(bytes).digest('hex')}"`);
    expect(config).toMatch(/max_batch_size: 0\n/);
    expect(config).toMatch(/name: "pooling" data_type: TYPE_FP32 dims: \[ -1, -1 \]/);
    expect(config).toMatch(/name: "hidden_2" data_type: TYPE_FP32 dims: \[ -1, -1, 64 \]/);
    expect(config).toMatch(/KIND_CPU count: 3/);
    expect(config).not.toContain('dynamic_batching');
    expect(existsSync(join(repository, 'pooling/1/model.py'))).toBe(false);
  });

  it('batches a graph of which a row is the same in a batch as alone', async () => {
    const graph = await tapped('llama-logits', '--pooling', 'off');
    const { out } = await run('triton', graph, '--out', repository, '--name', 'rows', '--backend', 'python');
    expect(out).toContain('dynamic batching: a row is the same');
    expect(read('rows/config.pbtxt')).toMatch(/max_batch_size: 16\n[\s\S]*dims: \[ -1, 64 \][\s\S]*dynamic_batching/);
    expect(read('rows/1/model.py')).toContain('class TritonPythonModel');
  });

  it('does not batch a graph whose rounding grid the whole batch shares', async () => {
    const graph = await tapped('llama-past-q8', '--pooling', 'off');
    const { out } = await run('triton', graph, '--out', repository, '--name', 'dynamic');
    expect(out).toContain('no dynamic batching: a row is another in a batch than alone');
    expect(read('dynamic/config.pbtxt')).toMatch(/max_batch_size: 0\n/);
  });

  it.each([
    ['what is no graph', ['triton', join(folder, 'absent'), '--out', folder], 'file-unreadable'],
    ['an export that was not tapped', ['triton', fixture('tiny/llama-logits.onnx'), '--out', folder], 'unsupported'],
    ['a name that leaves the folder', ['triton', 'x', '--out', folder, '--name', '../x'], 'bad-argument'],
    ['no folder', ['triton', 'x'], 'bad-argument'],
    ['an unknown backend', ['triton', 'x', '--out', folder, '--backend', 'jax'], 'bad-argument'],
  ])('refuses %s', async (_, args, code) => {
    expect(await run(...args)).toEqual({ code: 2, out: '', error: expect.stringContaining(`error ${code}`) });
  });
});

describe('alknet-model-export kserve', () => {
  const out = join(folder, 'deploy/service.yaml');

  it('writes a service with autoscaling', async () => {
    const args = ['--storage', 'pvc://models/repository', '--cpu', '4', '--max-replicas', '20'];
    expect(await run('kserve', '--out', out, ...args)).toMatchObject({ code: 0, error: '' });
    const yaml = readFileSync(out, 'utf8');
    for (const line of ['minReplicas: 1', 'maxReplicas: 20', 'scaleMetric: cpu', 'protocolVersion: v2'])
      expect(yaml).toContain(line);
    expect(yaml).toContain('storageUri: "pvc://models/repository"');
    expect(yaml).toContain('requests: { cpu: "4"');
  });

  it.each([
    ['no storage', ['kserve', '--out', out]],
    ['a storage that is no URI', ['kserve', '--out', out, '--storage', 'a\nb: c']],
    ['fewer at most than at least', ['kserve', '--out', out, '--storage', 's3://b', '--min-replicas', '11']],
    ['a path', ['kserve', 'model', '--out', out, '--storage', 's3://b']],
  ])('refuses %s', async (_, args) => {
    expect(await run(...args)).toMatchObject({ code: 2, error: expect.stringContaining('error bad-argument') });
  });
});
