import type { Firewall, Role, ScreenOptions, Verdict } from '@alknet/firewall-core';
import { describe, expect, it } from 'vitest';
import { nemoBlock, nemoRoutes } from './index.ts';

const base: Verdict = {
  ...{
    decision: 'allow',
    status: 'ok',
    reason: 'clean',
    score: 0.02,
    kind: 'none',
    role: 'user',
    evidence: [],
    unscreened: [],
    cached: false,
  },
  ...{ thresholds: { flag: 0.6, block: 0.9 }, read: { characters: 1, tokens: 1, windows: 1 } },
  timing: { total: 1, text: 0, model: 1 },
};
const verdicts: Record<string, Partial<Verdict>> = {
  attack: { decision: 'block', reason: 'attack', score: 0.97 },
  suspicious: { decision: 'flag', reason: 'suspicious', score: 0.7 },
  hidden: { decision: 'flag', reason: 'hidden-text', score: 0.1 },
  long: { decision: 'block', reason: 'too-long', score: 1 },
  late: { decision: 'block', status: 'failed', reason: 'timeout', score: 1 },
  'late but allowed': { decision: 'allow', status: 'failed', reason: 'timeout', score: 1 },
};
const asked: [string, Role | undefined][] = [];
/** Answers by the text's first line, as the real firewall would; throws as it does. */
const firewall: Pick<Firewall, 'screen'> = {
  async screen(text: string, { role, signal }: ScreenOptions = {}): Promise<Verdict> {
    asked.push([text, role]);
    expect(signal).toBeInstanceOf(AbortSignal); // every answer comes before NIM's rail gives up and lets pass
    if (text === 'throws') throw new Error(`Something that quotes ${text}`);
    if (role !== undefined && !['user', 'tool', 'document', 'assistant'].includes(role))
      throw new Error('unknown role');
    return { ...base, ...verdicts[text.split('\n')[0] as string] };
  },
};
const answer = nemoRoutes(firewall);

async function post(path: string, body: unknown): Promise<Record<string, never>> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const response = await answer(new Request(`http://host/nemo${path}`, { method: 'POST', body: text }));
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/json']);
  return response.json() as Promise<Record<string, never>>;
}
const jailbreak = async (path: string, body: unknown) => (await post(path, body)).jailbreak;
const prediction = async (text: unknown, model = 'alknet') =>
  (await post(`/v1/models/${model}:predict`, { instances: [text] })).predictions?.[0];

describe('nemoRoutes', () => {
  it.each([
    ['/v1/classify', 'input'],
    ['/classify', 'input'],
    ['/model', 'prompt'],
    ['/heuristics', 'prompt'],
  ])('answers %s with jailbreak', async (path, field) => {
    expect(await jailbreak(path, { [field]: 'hello' })).toBe(false);
    expect(await jailbreak(path, { [field]: 'suspicious' })).toBe(false);
    expect(await jailbreak(path, { [field]: 'attack' })).toBe(true);
    expect(await jailbreak(path, { [field]: 'late' })).toBe(true);
    expect(await jailbreak(path, { [field]: 'throws' })).toBe(true);
  });

  it("gives NIM's score its sign: negative for what passes", async () => {
    const score = async (input: string) => (await post('/v1/classify', { input })).score;
    expect(await score('hello')).toBeCloseTo(-0.96);
    expect(await score('attack')).toBeCloseTo(0.94);
    expect(await score('suspicious')).toBeLessThan(0);
  });

  it('places the decision on its side of 0.5, whatever the thresholds of the firewall were', async () => {
    expect(await prediction('hello')).toEqual({ INJECTION: 0.02, SUSPICIOUS: 0.02, FAILED: 0, SAFE: 0.98 });
    expect(await prediction('suspicious')).toMatchObject({ INJECTION: 0.499, SUSPICIOUS: 0.7, FAILED: 0 });
    expect(await prediction('hidden')).toMatchObject({ INJECTION: 0.1, SUSPICIOUS: 0.5, FAILED: 0 });
    expect(await prediction('attack')).toMatchObject({ INJECTION: 0.97, SUSPICIOUS: 0.97, FAILED: 0 });
    expect(await prediction('late')).toEqual({ INJECTION: 1, SUSPICIOUS: 1, FAILED: 1, SAFE: 0 });
    expect(await prediction('late but allowed')).toMatchObject({ INJECTION: 0.499, FAILED: 0 });
  });

  it('answers vLLM and FMS in their own forms', async () => {
    expect((await post('/classify', { model: 'alknet', input: 'attack' })).data).toContainEqual({
      ...{ label: 'INJECTION', probs: [0.97] },
    });
    const contents = ['hello', 'suspicious', 'attack'];
    expect(await post('/api/v1/text/contents', { contents, detector_params: {} })).toEqual([
      [],
      [{ detection_type: 'SUSPICIOUS', score: 0.7 }],
      [
        { detection_type: 'INJECTION', score: 0.97 },
        { detection_type: 'SUSPICIOUS', score: 0.97 },
      ],
    ]);
  });

  it("takes the role from the model's name, and blocks one that it does not know", async () => {
    asked.length = 0;
    await prediction('a');
    await prediction('b', 'alknet-tool');
    await post('/classify', { model: 'alknet-document', input: 'c' });
    expect(asked).toEqual([
      ['a', 'user'],
      ['b', 'tool'],
      ['c', 'document'],
    ]);
    expect(await prediction('hello', 'alknet-root')).toMatchObject({ INJECTION: 1, FAILED: 1 });
    expect(await jailbreak('/classify', { model: 7, input: 'hello' })).toBe(true);
  });

  it('reads the text of parts and the whole of tool calls, and says what it could not read', async () => {
    asked.length = 0;
    const image = { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } };
    const reply = await post('/v1/models/alknet:predict', {
      instances: [[{ type: 'text', text: 'hello' }, image, 'there']],
    });
    expect(reply.alknet).toEqual([{ status: 'ok', reason: 'clean', unscreened: ['image_url'] }]);
    const call = { id: '1', type: 'function', function: { name: 'mail', arguments: { body: 'attack' } } };
    await prediction([call]);
    await prediction([{ ...image, text: 'attack' }]);
    expect(asked.map(([text]) => text)).toEqual(['hello\nthere', JSON.stringify(call), 'attack']);
  });

  it.each(['', 'no json', '[]', 'null', '{}', '{"instances":[]}', '{"instances":"text"}', '{"instances":[null]}'])(
    'blocks a body that it cannot read: %s',
    async (body) => {
      expect((await post('/v1/models/alknet:predict', body)).predictions).toEqual([
        { INJECTION: 1, SUSPICIOUS: 1, FAILED: 1, SAFE: 0 },
      ]);
      expect(await jailbreak('/v1/classify', body)).toBe(true);
      expect(await post('/api/v1/text/contents', body)).toHaveLength(1);
    },
  );

  it('blocks on a path that no detector has: NeMo would let pass what gets a 404', async () => {
    expect(await jailbreak('/v1/clasify', { input: 'hello' })).toBe(true);
  });

  it('never quotes a text', async () => {
    for (const text of ['attack\nsecret-17', 'late\nsecret-17', 'throws']) {
      expect(JSON.stringify(await post('/classify', { input: text }))).not.toMatch(/secret-17|throws/);
    }
  });
});

describe('nemoBlock', () => {
  it('blocks in the language of the rail that asked', async () => {
    const body = async (path: string) => nemoBlock(new Request(`http://host${path}`)).json();
    expect(await body('/v1/classify')).toMatchObject({ jailbreak: true, score: 1 });
    expect(await body('/v1/models/alknet:predict')).toMatchObject({ predictions: [{ INJECTION: 1, FAILED: 1 }] });
    expect(await body('/api/v1/text/contents')).toMatchObject([[{ detection_type: 'INJECTION' }, {}, {}]]);
    expect(await body('/elsewhere')).toMatchObject({ jailbreak: true });
  });
});
