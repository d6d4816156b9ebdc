/** The server over HTTP on 127.0.0.1, with the real firewall. */

import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { Firewall, type Verdict } from '@alknet/firewall-core';
import { afterAll, describe, expect, it } from 'vitest';
import { assertMayListen } from './auth.ts';
import { mounts } from './mounts.ts';
import { calibration, explanation, verdict as verdictSchema } from './schemas.ts';
import type { RunningServer } from './server.ts';
import { attack, brokenFirewall, harmless, json, post, serveTest, slowFirewall, withModel } from './testing.ts';

const firewall = await Firewall.load({ cache: { entries: 0 } });
const server = await serveTest(firewall);
const broken = await serveTest(await brokenFirewall(firewall));
const token = 'correct horse battery staple'.replaceAll(' ', '-');
const secured = await serveTest(firewall, { token });
afterAll(async () => {
  await Promise.all([server, broken, secured].map((each) => each.stop()));
  await firewall.close();
});

async function screen(body: unknown, at: RunningServer = server): Promise<{ status: number; verdict: Verdict }> {
  const response = await post(`${at.url}/v1/screen`, body);
  const verdict = await json(response);
  expect(verdictSchema.safeParse(verdict)).toMatchObject({ success: true });
  return { status: response.status, verdict: verdict as unknown as Verdict };
}

describe('POST /v1/screen', () => {
  it('allows a harmless text and blocks an attack, as the firewall does', async () => {
    expect(await screen({ input: harmless })).toMatchObject({
      status: 200,
      verdict: { decision: 'allow', status: 'ok' },
    });
    const { verdict } = await screen({ input: attack });
    const { timing: _, ...here } = await firewall.screen(attack);
    expect(verdict).toMatchObject(JSON.parse(JSON.stringify(here)));
    expect(verdict.decision).toBe('block');
    expect(JSON.stringify(verdict)).not.toContain('previous');
  });

  it('reads a text by its role', async () => {
    expect((await screen({ input: harmless, options: { role: 'tool' } })).verdict.role).toBe('tool');
  });

  it('screens a conversation, says which text it is about, and what it could not read', async () => {
    const messages = [
      { role: 'system', content: 'You help with travel.' },
      {
        role: 'user',
        content: [
          { type: 'text', text: harmless },
          { type: 'image_url', image_url: 'data:,' },
        ],
      },
      { role: 'tool', content: attack },
      { role: 'user', content: 'Thanks' },
    ];
    const { verdict } = await screen({ messages });
    expect(verdict).toMatchObject({
      decision: 'block',
      role: 'tool',
      unscreened: [{ where: 'messages[1].content[1]', type: 'image_url' }],
    });
    expect(verdict.evidence[0]?.where).toBe('messages[2].content');
    expect((await screen({ messages: messages.slice(0, 2) })).verdict.decision).not.toBe('block');
  });

  it('takes a text with a lone surrogate, control characters and none at all', async () => {
    for (const input of ['a \ud800 b', 'a\u0000b', '']) {
      const response = await post(`${server.url}/v1/screen`, JSON.stringify({ input }));
      expect([response.status, (await json(response)).status]).toEqual([200, 'ok']);
    }
  });

  it.each([
    ['{"input": "secret words', 400, 'body-not-json'],
    ['', 400, 'body-not-json'],
    ['[]', 400, 'body-invalid'],
    ['null', 400, 'body-invalid'],
    [{ input: 5 }, 400, 'body-invalid'],
    [{ input: harmless, role: 'tool' }, 400, 'body-invalid'],
    [{ input: harmless, options: { role: 'root' } }, 400, 'body-invalid'],
    [{ input: harmless, options: { timeoutMs: -1 } }, 400, 'body-invalid'],
    [{ messages: [] }, 400, 'body-invalid'],
    [{ messages: [{ role: 'user', content: harmless }], input: harmless }, 400, 'body-invalid'],
    [{ input: 'x'.repeat(200_000) }, 413, 'body-too-large'],
  ])('refuses %j', async (body, status, code) => {
    const response = await post(`${server.url}/v1/screen`, body);
    const problem = await json(response);
    expect([response.status, problem.code]).toEqual([status, code]);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(JSON.stringify(problem)).not.toContain('secret words');
  });

  it('refuses a large body whose length is not announced', async () => {
    const chunk = new TextEncoder().encode('x'.repeat(60_000));
    const body = new ReadableStream({
      start(controller) {
        for (let i = 0; i < 3; i++) controller.enqueue(chunk);
        controller.close();
      },
    });
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`${server.url}/v1/screen`, {
      method: 'POST',
      headers,
      body,
      duplex: 'half',
    } as RequestInit);
    expect(response.status).toBe(413);
  });

  it('refuses other content types, methods and routes', async () => {
    expect((await post(`${server.url}/v1/screen`, '{}', { 'content-type': 'text/plain' })).status).toBe(415);
    const wrongMethod = await fetch(`${server.url}/v1/screen`, { method: 'DELETE' });
    expect([wrongMethod.status, wrongMethod.headers.get('allow')]).toEqual([405, 'POST']);
    expect((await fetch(`${server.url}/v1/other`)).status).toBe(404);
  });
});

describe('a screen that fails', () => {
  it('is answered with 500 and a verdict that blocks and says that it failed, without the text', async () => {
    const { status, verdict } = await screen({ input: harmless }, broken);
    expect({ status, verdict }).toMatchObject({
      status: 500,
      verdict: { decision: 'block', status: 'failed', reason: 'error' },
    });
    expect(JSON.stringify(verdict)).not.toContain('previous');
  });

  it('is answered with 504 after the time that the client or the server allows', async () => {
    const slow = await slowFirewall(firewall, 1000);
    const [patient, hasty] = await Promise.all([serveTest(slow), serveTest(slow, { timeoutMs: 50 })]);
    expect(await screen({ input: harmless, options: { timeoutMs: 50 } }, patient)).toMatchObject({
      status: 504,
      verdict: { reason: 'timeout' },
    });
    expect(await screen({ input: harmless, options: { timeoutMs: 5000 } }, hasty)).toMatchObject({
      status: 504,
      verdict: { decision: 'block' },
    });
    await Promise.all([patient.stop(), hasty.stop()]);
  });

  it('is answered with 503 and Retry-After where the queue is full', async () => {
    const narrow = await serveTest(await slowFirewall(firewall, 200, { limits: { maxQueue: 1 } }));
    const responses = await Promise.all(
      Array.from({ length: 3 }, () => post(`${narrow.url}/v1/screen`, { input: harmless })),
    );
    expect(responses.map(({ status }) => status).sort()).toEqual([200, 503, 503]);
    const refused = responses.find(({ status }) => status === 503) as Response;
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(await refused.json()).toMatchObject({ decision: 'block', status: 'failed', reason: 'queue-full' });
    await narrow.stop();
  });

  it('is given up where the client hangs up', async () => {
    const slow = await slowFirewall(firewall, 50);
    let reason = '';
    const watched = await serveTest({
      config: slow.config,
      info: slow.info,
      screenMany: slow.screenMany.bind(slow),
      explain: slow.explain.bind(slow),
      screen: async (text, options) => {
        const verdict = await slow.screen(text, options);
        reason = verdict.reason;
        return verdict;
      },
    });
    const body = JSON.stringify({ input: 'word '.repeat(3000) });
    await fetch(`${watched.url}/v1/screen`, {
      ...{ method: 'POST', headers: { 'content-type': 'application/json' }, body },
      signal: AbortSignal.timeout(150),
    }).catch(() => undefined);
    await expect.poll(() => reason, { timeout: 3000 }).toBe('aborted');
    await watched.stop();
  });
});

describe('limits', () => {
  it('refuses more requests than it takes at a time, before reading them, and still answers probes', async () => {
    const narrow = await serveTest(await slowFirewall(firewall, 300), { maxRequests: 2 });
    const responses = Promise.all(
      Array.from({ length: 5 }, () => post(`${narrow.url}/v1/screen`, { input: harmless })),
    );
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect((await fetch(`${narrow.url}/health/live`)).status).toBe(200);
    const statuses = (await responses).map(({ status, headers }) => [status, headers.get('retry-after')]);
    expect(statuses.filter(([status]) => status === 200)).toHaveLength(2);
    expect(statuses.filter(([status]) => status === 503)).toEqual([
      [503, '1'],
      [503, '1'],
      [503, '1'],
    ]);
    await narrow.stop();
  });
});

describe('readiness', () => {
  it('asks the model each time, also where the firewall knows the probe from before', async () => {
    let works = true;
    const { width, layers } = firewall.info.model;
    const model = await withModel(
      firewall,
      async (_, { segments }) => {
        if (!works) throw new Error('broken');
        return { segments, width, layers: layers.map(() => new Float32Array(segments * width)) };
      },
      { cache: { entries: 8 } },
    );
    const watched = await serveTest(model);
    const ready = async (): Promise<number> => (await fetch(`${watched.url}/health/ready`)).status;
    expect((await model.screen(harmless)).status).toBe('ok');
    expect(await ready()).toBe(200);
    works = false;
    expect((await model.screen(harmless)).cached).toBe(true);
    expect(await ready()).toBe(503);
    await watched.stop();
  });
});

describe('the token', () => {
  it.each([
    [{}, 401],
    [{ authorization: `Bearer ${token}x` }, 401],
    [{ authorization: token }, 401],
    [{ authorization: `Bearer ${token}` }, 200],
    [{ authorization: `bearer ${token}` }, 200],
  ])('%j is answered with %i', async (headers, status) => {
    const response = await post(`${secured.url}/v1/screen`, { input: harmless }, headers as Record<string, string>);
    expect(response.status).toBe(status);
    if (status === 401) expect(response.headers.get('www-authenticate')).toBe('Bearer');
  });

  it('guards every route but the probes', async () => {
    for (const path of ['/metrics', '/openapi.json', '/v1/calibration', '/v1/models/alknet', '/v2', '/other']) {
      expect([path, (await fetch(secured.url + path)).status]).toEqual([path, 401]);
    }
    for (const path of ['/health/live', '/health/ready', '/v2/health/live', '/v2/health/ready']) {
      expect([path, (await fetch(secured.url + path)).status]).toEqual([path, 200]);
    }
  });

  it('is required for an address that other machines reach', () => {
    for (const host of ['0.0.0.0', '::', '192.168.1.5', 'example.com', '127.evil.com', '']) {
      expect(() => assertMayListen(host, undefined)).toThrow(/has no token/);
      expect(() => assertMayListen(host, token)).not.toThrow();
    }
    for (const host of ['127.0.0.1', '127.8.8.8', '::1', 'localhost'])
      expect(() => assertMayListen(host, undefined)).not.toThrow();
  });
});

describe('POST /v1/screen/batch', () => {
  it('answers one verdict a text, in order', async () => {
    const items = [harmless, { input: attack }, { input: attack, role: 'tool' }];
    const { verdicts } = await json<{ verdicts: Verdict[] }>(await post(`${server.url}/v1/screen/batch`, { items }));
    expect(verdicts.map(({ decision, role }: Verdict) => [decision, role])).toEqual([
      ['allow', 'user'],
      ['block', 'user'],
      ['block', 'tool'],
    ]);
  });
});

describe('KServe v1', () => {
  it('predicts', async () => {
    const { predictions } = await json(
      await post(`${server.url}/v1/models/alknet:predict`, { instances: [harmless, { text: attack, role: 'tool' }] }),
    );
    expect(predictions).toMatchObject([
      { decision: 'allow', reason: 'clean' },
      { decision: 'block', reason: 'attack' },
    ]);
    expect((await fetch(`${server.url}/v1/models/alknet`)).status).toBe(200);
  });

  it('is not answered with 200 where a screen failed', async () => {
    expect((await post(`${broken.url}/v1/models/alknet:predict`, { instances: [harmless] })).status).toBe(500);
  });
});

describe('Open Inference Protocol v2', () => {
  const tensor = (data: string[], shape = [data.length]) => ({
    inputs: [{ name: 'text', datatype: 'BYTES', shape, data }],
  });

  it('infers', async () => {
    const response = await post(`${server.url}/v2/models/alknet/infer`, { id: 'a', ...tensor([harmless, attack]) });
    const { outputs, ...rest } = await json(response);
    expect(rest).toMatchObject({ model_name: 'alknet', id: 'a' });
    expect(outputs).toMatchObject([
      { name: 'score', datatype: 'FP32', shape: [2], data: [expect.any(Number), expect.any(Number)] },
      { name: 'decision', datatype: 'BYTES', shape: [2], data: ['allow', 'block'] },
      { name: 'reason', data: ['clean', 'attack'] },
      { name: 'status', data: ['ok', 'ok'] },
    ]);
  });

  it('answers the outputs that are asked for, says what the model is, and refuses what does not fit', async () => {
    const asked = { ...tensor([attack], [1, 1]), outputs: [{ name: 'decision' }] };
    const { outputs } = await json(await post(`${server.url}/v2/models/alknet/infer`, asked));
    expect(outputs).toEqual([{ name: 'decision', datatype: 'BYTES', shape: [1], data: ['block'] }]);
    expect(await (await fetch(`${server.url}/v2/models/alknet`)).json()).toMatchObject({
      name: 'alknet',
      inputs: [{ datatype: 'BYTES' }],
    });
    expect((await post(`${server.url}/v2/models/alknet/infer`, tensor([attack], [3]))).status).toBe(400);
    expect((await post(`${broken.url}/v2/models/alknet/infer`, tensor([attack]))).status).toBe(500);
  });
});

describe('health', () => {
  it('is ready where one real screen works, and not where it fails', async () => {
    expect((await fetch(`${server.url}/health/ready`)).status).toBe(200);
    expect((await fetch(`${broken.url}/health/ready`)).status).toBe(503);
    expect((await fetch(`${broken.url}/health/live`)).status).toBe(200);
  });
});

describe('GET /metrics', () => {
  it('counts screens, decisions, failures and requests, and holds no text', async () => {
    await screen({ input: attack });
    await screen({ input: attack }, broken);
    await post(`${server.url}/v1/secret-path`, {});
    const text = await (await fetch(`${server.url}/metrics`)).text();
    expect(text).toMatch(/alknet_screens_total\{role="user",decision="block",reason="attack",status="ok"\} \d+/);
    expect(text).toMatch(/alknet_screen_seconds_bucket\{le="0.1",role="user"\} \d+/);
    expect(text).toMatch(/alknet_http_requests_total\{route="\/v1\/screen",method="POST",status="200"\} \d+/);
    expect(text).toMatch(/process_resident_memory_bytes \d+/);
    expect(text).not.toMatch(/previous|secret-path/);
    expect(await (await fetch(`${broken.url}/metrics`)).text()).toMatch(
      /alknet_screen_failures_total\{code="model-failed"\} \d/,
    );
  });
});

describe('a mount', () => {
  const mount = {
    path: '/guard/*',
    handler: (guard: Pick<Firewall, 'screen'>) => async (asked: Request) => {
      const { text } = (await asked.json()) as { text: string };
      return Response.json({ stop: (await guard.screen(text)).decision === 'block' });
    },
    refusal: () => Response.json({ stop: true, refused: true }),
  };

  it('answers for its framework, over the counted firewall, and so does a refusal of the server', async () => {
    const mounted = await serveTest(firewall, { mounts: [mount], token });
    const headers = { authorization: `Bearer ${token}` };
    const ask = async (body: unknown, sent = headers) => (await post(`${mounted.url}/guard/scan`, body, sent)).json();
    expect(await ask({ text: attack })).toEqual({ stop: true });
    expect(await ask({ text: harmless })).toEqual({ stop: false });
    expect(await ask({ text: 'x'.repeat(200_000) })).toEqual({ stop: true, refused: true });
    expect(await ask('no JSON')).toEqual({ stop: true, refused: true });
    expect(await ask({ text: harmless }, { authorization: 'Bearer wrong' })).toEqual({ stop: true, refused: true });
    expect(await (await fetch(`${mounted.url}/metrics`, { headers })).text()).toContain('decision="block"');
    await mounted.stop();
  });
});

describe('the mounts of the adapters', () => {
  it('answer LlamaFirewall and NeMo Guardrails', async () => {
    const mounted = await serveTest(firewall, { mounts });
    expect(await json(await post(`${mounted.url}/llamafirewall/scan`, { text: attack, role: 'user' }))).toMatchObject({
      decision: 'block',
    });
    const ask = async (input: string) => json(await post(`${mounted.url}/nemo/v1/classify`, { input }));
    expect(await ask(attack)).toMatchObject({ jailbreak: true });
    expect(await ask(harmless)).toMatchObject({ jailbreak: false });
    expect(await ask('x'.repeat(200_000))).toMatchObject({ jailbreak: true });
    await mounted.stop();
  });
});

describe('stopping', () => {
  it('answers what is under way, and what comes over open connections, then refuses', async () => {
    const stopped = await serveTest(await slowFirewall(firewall, 400));
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const { hostname, port } = new URL(stopped.url);
    const get = (path: string) =>
      new Promise<{ status: number | undefined; connection: string | undefined }>((resolve, reject) => {
        request({ hostname, port, path, agent }, (response) => {
          response
            .resume()
            .on('end', () => resolve({ status: response.statusCode, connection: response.headers.connection }));
        })
          .on('error', reject)
          .end();
      });
    expect(await get('/health/live')).toEqual({ status: 200, connection: 'keep-alive' });
    const underWay = post(`${stopped.url}/v1/screen`, { input: harmless });
    await new Promise((resolve) => setTimeout(resolve, 100));
    const stopping = stopped.stop();
    expect(await get('/health/ready')).toEqual({ status: 503, connection: 'close' });
    expect((await underWay).status).toBe(200);
    await stopping;
    await expect(fetch(`${stopped.url}/health/live`)).rejects.toThrow();
    agent.destroy();
  });

  it('does not wait for a client that says nothing', async () => {
    const stopped = await serveTest(firewall, { stopMs: 60_000 });
    const { hostname, port } = new URL(stopped.url);
    const silent = connect(Number(port), hostname);
    await new Promise((resolve) => silent.once('connect', resolve));
    await stopped.stop();
    silent.destroy();
  });
});

describe('POST /v1/explain', () => {
  it('answers the verdict of /v1/screen and every segment, and asks nobody to keep it', async () => {
    const response = await post(`${server.url}/v1/explain`, { input: attack, options: { role: 'tool' } });
    const answer = explanation.parse(await json(response));
    expect([response.status, response.headers.get('cache-control')]).toEqual([200, 'no-store']);
    const { verdict } = await screen({ input: attack, options: { role: 'tool' } });
    const timing = expect.anything();
    expect(answer.verdict).toEqual({ ...verdict, timing });
    expect(answer.views[0]?.segments[0]?.span).toEqual([0, attack.length]);
  });

  it('is counted like any screen', async () => {
    const line = /alknet_screens_total\{role="memory"[^}]*\} 1/;
    await post(`${server.url}/v1/explain`, { input: harmless, options: { role: 'memory' } });
    expect(await (await fetch(`${server.url}/metrics`)).text()).toMatch(line);
  });

  it('says with a status that the screen failed', async () => {
    const response = await post(`${broken.url}/v1/explain`, { input: harmless });
    expect(response.status).toBe(500);
    expect(explanation.parse(await json(response))).toMatchObject({ verdict: { status: 'failed' }, views: [] });
  });
});

describe('GET /v1/calibration', () => {
  it('gives the thresholds of both heads, and who is read by which', async () => {
    const answer = calibration.parse(await json(await fetch(`${server.url}/v1/calibration`)));
    expect(answer.heads.data.roles).toEqual(['tool', 'document', 'memory']);
    expect(answer.heads.prompt.presets.balanced.block).toBe((await firewall.screen(harmless)).thresholds.block);
  });
});

describe('GET /openapi.json', () => {
  it('names every route, and each answers', async () => {
    const document = await json<{ openapi: string; paths: object }>(await fetch(`${server.url}/openapi.json`));
    expect(document.openapi).toBe('3.1.0');
    for (const [path, methods] of Object.entries(document.paths)) {
      for (const method of Object.keys(methods)) {
        const { status } = await fetch(server.url + path, { method: method.toUpperCase() });
        expect([path, method, status]).toEqual([path, method, method === 'get' ? 200 : 415]);
      }
    }
  });
});
