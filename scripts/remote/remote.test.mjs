/** Remote activations on real servers: same texts, same verdicts, and what happens when a server fails. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Firewall, meanPooling, openInferenceDetectorModel, openOnnxModel } from '@alknet/firewall-core';
import { modelDirectory } from '@alknet/firewall-smollm2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root } from '../pnpm.mjs';
import { childrenOf, startKServe, startTriton, writeRepository } from './engines.mjs';
import { startProxy } from './proxy.mjs';
import { texts } from './texts.mjs';

const python = process.env.ALKNET_TEST_PYTHON;
const model = fileURLToPath(modelDirectory);
const graph = join(model, 'model.onnx');
const graphSha256 = createHash('sha256').update(readFileSync(graph)).digest('hex');
const { maxTokens } = JSON.parse(readFileSync(join(model, 'manifest.json'), 'utf8'));
const attack = texts[1].text;
const wrongHash = 'f'.repeat(64);

const folder = mkdtempSync(join(tmpdir(), 'remote-'));
const repository = join(folder, 'repository');
const servers = {};
let local;
let expected;

beforeAll(async () => {
  writeRepository(model, repository, '--backend', 'python', '--instances', '2');
  [servers.triton, servers.kserve, local] = await Promise.all([
    startTriton(python, repository),
    startKServe(python, graph, 'alknet'),
    Firewall.load(),
  ]);
  expected = await all(local);
});

afterAll(async () => {
  await Promise.all([servers.triton?.kill(), servers.kserve?.kill(), local?.close()]);
  rmSync(folder, { recursive: true });
});

/** Verdicts of the texts, screened together. */
const all = (firewall) => Promise.all(texts.map(({ text, role = 'user' }) => firewall.screen(text, { role })));

/** Triton says which graph it serves, KServe cannot. */
const stated = { triton: {}, kserve: { graphSha256, maxTokens } };
const open = (engine, options = {}) =>
  openInferenceDetectorModel({ url: servers[engine].url, model: 'alknet', ...stated[engine], ...options });

async function withFirewall(options, use) {
  const remote = await openInferenceDetectorModel({ model: 'alknet', ...options });
  const firewall = await Firewall.load({ model: remote, cache: { entries: 0 } });
  try {
    return await use(firewall);
  } finally {
    await firewall.close();
    await remote.close();
  }
}

function expectSame(verdicts) {
  for (const [i, verdict] of verdicts.entries()) {
    expect(verdict.status, verdict.error?.message).toBe('ok');
    expect(verdict.decision).toBe(expected[i].decision);
    expect(Math.abs(verdict.score - expected[i].score)).toBeLessThan(1e-4);
    expect(verdict.evidence.map(({ span, kind }) => [span, kind])).toEqual(
      expected[i].evidence.map(({ span, kind }) => [span, kind]),
    );
  }
}

describe.each(['triton', 'kserve'])('%s', (engine) => {
  it('gives the same verdicts as in process', async () => {
    expect(new Set(expected.map(({ decision }) => decision)).size).toBeGreaterThan(1);
    await withFirewall({ url: servers[engine].url, ...stated[engine] }, async (firewall) => {
      expect(firewall.info.model).toMatchObject({ graphSha256, maxTokens, layers: local.info.model.layers });
      expectSame(await all(firewall));
    });
  });

  it('gives the same verdicts as JSON, where binary is refused', async () => {
    const proxy = await startProxy(servers[engine].url);
    proxy.faults.refuse = ({ headers }) => headers['content-type'] === 'application/octet-stream';
    await withFirewall({ url: proxy.url, ...stated[engine] }, async (firewall) => expectSame(await all(firewall)));
    expect(proxy.seen.headers.filter((headers) => headers['content-type'] === 'application/json')).not.toHaveLength(0);
    await proxy.stop();
  });

  it('says that a model is not there, whatever its readiness answers', async () => {
    await expect(open(engine, { model: 'absent' })).rejects.toMatchObject({ code: 'model-invalid' });
  });

  it('sends binary over kept connections, a bounded number at a time, without compression, with the headers', async () => {
    const proxy = await startProxy(servers[engine].url);
    const options = { url: proxy.url, ...stated[engine], maxInFlight: 2, headers: { authorization: 'Bearer secret' } };
    await withFirewall(options, async (firewall) => expectSame(await all(firewall)));
    expect(proxy.seen.infers).toBeGreaterThan(texts.length);
    expect(proxy.seen.most).toBe(2);
    const sent = proxy.seen.headers.filter((headers) => headers['content-length'] !== undefined);
    expect(sent).toHaveLength(proxy.seen.infers);
    expect(sent.every((headers) => headers['content-type'] === 'application/octet-stream')).toBe(true);
    // One for each slot, and now and then another one while a socket is being freed.
    expect(proxy.seen.sockets).toBeLessThan(proxy.seen.requests / 3);
    for (const headers of proxy.seen.headers) {
      expect(headers).toMatchObject({ 'accept-encoding': 'identity', authorization: 'Bearer secret' });
    }
    await proxy.stop();
  });

  it('asks once more where a kept connection breaks, and only once', async () => {
    const proxy = await startProxy(servers[engine].url);
    await withFirewall({ url: proxy.url, ...stated[engine] }, async (firewall) => {
      const before = proxy.seen.infers;
      proxy.faults.cut = (_, { infers }) => infers === before + 1;
      expect((await firewall.screen(attack)).decision).toBe('block');
      const after = proxy.seen.infers;
      proxy.faults.cut = () => true;
      expect(await firewall.screen('hello')).toMatchObject({ status: 'failed', error: { code: 'remote-unreachable' } });
      expect(proxy.seen.infers - after).toBe(2);
    });
    await proxy.stop();
  });

  it('refuses what the graph cannot read with a typed error that quotes no token', async () => {
    const remote = await open(engine);
    const tokens = maxTokens + 100;
    const tooLong = remote.infer(new Int32Array(tokens).fill(4242), meanPooling([{ start: 0, end: 9 }], tokens - 1));
    const error = await tooLong.catch((thrown) => thrown);
    expect(error).toMatchObject({ code: 'remote-protocol' });
    expect(error.message).toMatch(/answers 500/);
    expect(error.message).not.toMatch(/4242|ONNX Runtime/);
    await remote.close();
  });

  it('stops at a deadline, at an abort and when closed, and goes on afterwards', async () => {
    const proxy = await startProxy(servers[engine].url);
    const remote = await openInferenceDetectorModel({
      url: proxy.url,
      model: 'alknet',
      ...stated[engine],
      timeoutMs: 30_000,
    });
    const firewall = await Firewall.load({ model: remote, cache: { entries: 0 } });
    const long = texts[8].text;
    expect(await firewall.screen(long, { timeoutMs: 5 })).toMatchObject({
      status: 'failed',
      reason: 'timeout',
      decision: 'block',
    });
    const controller = new AbortController();
    const aborted = firewall.screen(long, { signal: controller.signal });
    setTimeout(() => controller.abort(), 15);
    expect(await aborted).toMatchObject({ status: 'failed', reason: 'aborted' });
    expect((await firewall.screen(attack)).decision).toBe('block');
    const closing = firewall.screen(long);
    setTimeout(() => remote.close(), 15);
    expect(await closing).toMatchObject({ status: 'failed', error: { code: 'closed' } });
    await firewall.close();
    await expect(open(engine, { timeoutMs: 1 })).rejects.toMatchObject({ code: 'timeout' });
    await proxy.stop();
  });
});

describe('which graph is served', () => {
  it('is told by Triton, and another one than stated is refused', async () => {
    await expect(open('triton', { graphSha256: wrongHash })).rejects.toMatchObject({ code: 'model-invalid' });
  });

  it('must be stated for KServe, and the codebook refuses a wrong one', async () => {
    const { url } = servers.kserve;
    const unstated = openInferenceDetectorModel({ url, model: 'alknet', maxTokens });
    await expect(unstated).rejects.toMatchObject({ code: 'option-invalid' });
    await expect(withFirewall({ url, maxTokens, graphSha256: wrongHash }, () => 0)).rejects.toMatchObject({
      code: 'codebook-mismatch',
    });
  });
});

it('firewall.toml points at a server, with headers from the environment that are never printed', async () => {
  const proxy = await startProxy(servers.triton.url);
  const config = join(folder, 'firewall.toml');
  writeFileSync(config, `[remote]\nurl = "${proxy.url}"\n`);
  process.env.ALKNET_FIREWALL_REMOTE_HEADERS = 'x-key: secret';
  const firewall = await Firewall.load({ config, cache: { entries: 0 } });
  expectSame(await all(firewall));
  await firewall.close();
  expect(proxy.seen.headers.every((headers) => headers['x-key'] === 'secret')).toBe(true);
  const cli = join(root, 'packages/cli/dist/main.js');
  const printed = execFileSync(process.execPath, [cli, 'config', 'print', config]).toString();
  delete process.env.ALKNET_FIREWALL_REMOTE_HEADERS;
  expect(printed).toContain(`remote.url = "${proxy.url}"`);
  expect(printed).not.toContain('secret');
  await proxy.stop();
});

describe('a server that fails', () => {
  it('is not trusted for being ready: a dead backend fails screens closed, and refuses to be loaded', async () => {
    const server = await startTriton(python, repository);
    await withFirewall({ url: server.url }, async (firewall) => {
      const stubs = childrenOf(server.pid);
      expect(stubs.length).toBeGreaterThan(0);
      for (const pid of stubs) process.kill(pid, 'SIGKILL');
      const verdict = await firewall.screen('hello');
      expect(verdict).toMatchObject({ status: 'failed', decision: 'block', error: { code: 'remote-protocol' } });
      expect((await fetch(`${server.url}/v2/models/alknet/ready`)).status).toBe(200);
      await expect(openInferenceDetectorModel({ url: server.url, model: 'alknet' })).rejects.toMatchObject({
        code: 'remote-protocol',
      });
    });
    await server.kill();
  });

  it('that is killed fails screens closed, and serves again when it is back', async () => {
    const server = await startTriton(python, repository);
    await withFirewall({ url: server.url }, async (firewall) => {
      const underWay = firewall.screen(texts[8].text, { role: 'document' });
      setTimeout(() => server.kill(), 30);
      const unreachable = { status: 'failed', decision: 'block', error: { code: 'remote-unreachable' } };
      expect(await underWay).toMatchObject(unreachable);
      expect(await firewall.screen('hello')).toMatchObject(unreachable);
      const again = await startTriton(python, repository, server.port);
      expect((await firewall.screen(attack)).decision).toBe('block');
      await again.kill();
    });
  });
});

const exported = join(root, '../shared/fixtures/tiny/llama-logits.onnx');
if (!existsSync(exported)) console.warn(`SKIPPED: a test that needs ${exported}, which does not exist`);
describe.skipIf(!existsSync(exported))('a graph without pooling', () => {
  it('is pooled on this side, alone and in batches', async () => {
    const cli = join(root, 'packages/model-export/dist/cli.js');
    const tap = (out, pooling) =>
      execFileSync(process.execPath, [cli, 'tap', exported, '--layers', '1,2', '--pooling', pooling, '--out', out]);
    const [pooled, rows] = [join(folder, 'pooled.onnx'), join(folder, 'rows.onnx')];
    tap(pooled, 'on');
    tap(rows, 'off');
    const small = join(folder, 'small');
    expect(writeRepository(rows, small, '--backend', 'python', '--name', 'rows')).toContain('dynamic batching: a row');
    const server = await startTriton(python, small);
    const remote = await openInferenceDetectorModel({ url: server.url, model: 'rows', maxTokens: 64 });
    const { layers, width, graphSha256: served } = remote.info;
    expect(served).toBe(createHash('sha256').update(readFileSync(rows)).digest('hex'));
    const source = { graph: readFileSync(pooled), where: pooled, layers, width, maxTokens: 64, threads: 1 };
    const inProcess = await openOnnxModel(source);
    const pooling = meanPooling(
      [
        { start: 0, end: 4 },
        { start: 2, end: 11 },
      ],
      11,
    );
    const windows = Array.from({ length: 32 }, (_, i) =>
      Int32Array.from({ length: 12 }, (_, t) => 1 + ((t * 7 + i) % 30)),
    );
    const answers = await Promise.all(windows.map((ids) => remote.infer(ids, pooling)));
    for (const [i, ids] of windows.entries()) {
      const reference = await inProcess.infer(ids, pooling);
      for (const [layer, values] of reference.layers.entries()) {
        const distance = values.reduce(
          (most, value, at) => Math.max(most, Math.abs(value - answers[i].layers[layer][at])),
          0,
        );
        expect(distance).toBeLessThan(1e-4);
      }
    }
    const [statistics] = (await (await fetch(`${server.url}/v2/models/rows/stats`)).json()).model_stats;
    expect(statistics.execution_count).toBeLessThan(statistics.inference_count);
    await Promise.all([remote.close(), inProcess.close(), server.kill()]);
  });
});

describe('what alknet-model-export writes', () => {
  it('is a configuration that Triton reads, also for the backend that its wheel does not have', async () => {
    const onnx = join(folder, 'onnx');
    writeRepository(model, onnx);
    await expect(startTriton(python, onnx)).rejects.toThrow(/unable to find backend library for backend 'onnxruntime'/);
  });

  it('is an InferenceService of which the KServe SDK knows every field', () => {
    const yaml = join(folder, 'service.yaml');
    const cli = join(root, 'packages/model-export/dist/cli.js');
    execFileSync(process.execPath, [
      cli,
      'kserve',
      '--out',
      yaml,
      '--storage',
      'pvc://models/repository',
      '--cpu',
      '2',
    ]);
    const check = fileURLToPath(new URL('check_service.py', import.meta.url));
    expect(execFileSync(python, ['-B', check, yaml]).toString()).toContain('every field is known');
  });
});
