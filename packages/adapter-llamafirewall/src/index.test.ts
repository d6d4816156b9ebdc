import { type Firewall, FirewallError, type ScreenOptions, type Verdict } from '@alknet/firewall-core';
import { describe, expect, it } from 'vitest';
import { AlknetScanner, llamaFirewallRoute, type Message, ScanDecision, ScanStatus } from './index.ts';

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
const evidence = [{ span: [3, 17] as const, view: 'raw', score: 0.97, kind: 'override', layers: [] }];
const verdicts: Record<string, Partial<Verdict>> = {
  attack: { decision: 'block', reason: 'attack', score: 0.97, kind: 'override', evidence },
  suspicious: { decision: 'flag', reason: 'suspicious', score: 0.7 },
  late: { decision: 'block', status: 'failed', reason: 'timeout', score: 1 },
};
const asked: [string, ScreenOptions][] = [];
const firewall: Pick<Firewall, 'screen'> = {
  async screen(text: string, options: ScreenOptions = {}): Promise<Verdict> {
    asked.push([text, options]);
    if (typeof text !== 'string' || options.role === undefined) {
      throw new FirewallError('input-invalid', { message: 'No text', where: 'screen()', hint: 'Pass a string.' });
    }
    return { ...base, ...verdicts[text.split('\n')[0] as string] };
  },
};
const scanner = new AlknetScanner(firewall);
const failed = { decision: 'block', status: 'error', score: 1, reason: 'error' };

describe('AlknetScanner', () => {
  it("maps the three decisions to LlamaFirewall's", async () => {
    expect(await scanner.scan({ role: 'user', content: 'hello' })).toEqual({
      ...{ decision: ScanDecision.ALLOW, status: ScanStatus.SUCCESS, score: 0, reason: 'clean, risk 0.020' },
    });
    expect(await scanner.scan({ role: 'tool', content: 'suspicious' }, [])).toMatchObject({
      ...{ decision: ScanDecision.HUMAN_IN_THE_LOOP_REQUIRED, status: ScanStatus.SUCCESS, score: 1 },
    });
    expect(await scanner.scan({ role: 'memory', content: 'attack' })).toEqual({
      ...{ decision: ScanDecision.BLOCK, status: ScanStatus.SUCCESS, score: 0.97 },
      reason: 'attack, risk 0.970, override at characters 3-17',
    });
  });

  it('blocks with status error when the screen failed or could not begin', async () => {
    expect(await scanner.scan({ role: 'user', content: 'late' })).toMatchObject({ decision: 'block', status: 'error' });
    for (const message of [undefined, null, {}, { role: 'user' }, { content: 'hello' }, { role: 'user', content: 7 }]) {
      expect(await scanner.scan(message as Message)).toEqual(failed);
    }
  });

  it('screens tool calls with the content', async () => {
    asked.length = 0;
    const tool_calls = [{ name: 'mail', arguments: { body: 'attack' } }];
    await scanner.scan({ role: 'assistant', content: 'Sending.', tool_calls });
    await scanner.scan({ role: 'assistant', content: 'Done.', tool_calls: [] });
    expect(asked.map(([text]) => text)).toEqual([`Sending.\n${JSON.stringify(tool_calls)}`, 'Done.']);
    const circular: Record<string, unknown> = {};
    circular.self = circular;
    expect(await scanner.scan({ role: 'assistant', content: '', tool_calls: [circular] })).toEqual(failed);
  });
});

describe('llamaFirewallRoute', () => {
  const route = llamaFirewallRoute(firewall);
  const post = async (body: string): Promise<unknown> => {
    const response = await route(new Request('http://host/llamafirewall/scan', { method: 'POST', body }));
    expect(response.status).toBe(200);
    return response.json();
  };

  it('answers text and role with a scan result', async () => {
    expect(await post('{"text":"attack","role":"user"}')).toMatchObject({ decision: 'block', score: 0.97 });
    expect(await post('{"text":"hello","role":"tool"}')).toMatchObject({ decision: 'allow', score: 0 });
  });

  it.each(['', 'no json', 'null', '[]', '{}', '{"text":"hello"}', '{"text":null,"role":"user"}'])(
    'blocks a body that it cannot read: %s',
    async (body) => {
      expect(await post(body)).toEqual(failed);
    },
  );
});
