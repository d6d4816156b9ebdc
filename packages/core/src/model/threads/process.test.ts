/** What a process does that has model threads: whole processes, of the built package. */
import { spawn } from 'node:child_process';
import { describe, expect, it } from 'vitest';

const core = new URL('../../../dist/index.js', import.meta.url).href;

interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly output: string;
}

/** Runs a script that has a firewall and a long text; a process that hangs is killed, which its signal shows. */
function run(script: string): Promise<Ended> {
  const whole = `
    import { Firewall } from ${JSON.stringify(core)};
    const firewall = await Firewall.load({ sessions: 2, timeoutMs: 0 });
    const long = 'The committee met on Tuesday and approved the minutes. '.repeat(200);
    ${script}`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', whole], { timeout: 50_000 });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text));
  return new Promise((resolve) => child.once('close', (code, signal) => resolve({ code, signal, output })));
}

describe('a process with model threads', () => {
  it('ends although close() was forgotten', async () => {
    const ended = await run(`console.log((await firewall.screen('Good morning')).decision);`);
    expect(ended).toEqual({ code: 0, signal: null, output: 'allow\n' });
  });

  it('lives until the screen that it waits for is done', async () => {
    const ended = await run(`firewall.screen(long).then(({ status }) => console.log(status));`);
    expect(ended).toEqual({ code: 0, signal: null, output: 'ok\n' });
  });

  it('lives until close() is done', async () => {
    const ended = await run(`void firewall.screen(long); await firewall.close(); console.log('closed');`);
    expect(ended).toEqual({ code: 0, signal: null, output: 'closed\n' });
  });

  it.each([0, 1, 5, 10, 20, 40])('can exit %i ms into a window', async (ms) => {
    const ended = await run(`void firewall.screen(long); setTimeout(() => process.exit(3), ${ms});`);
    expect(ended).toEqual({ code: 3, signal: null, output: '' });
  });

  it.each([0, 20, 50, 100, 200])('can exit %i ms into opening a model', async (ms) => {
    const ended = await run(`void Firewall.load({ threads: 1 }); setTimeout(() => process.exit(3), ${ms});`);
    expect(ended).toEqual({ code: 3, signal: null, output: '' });
  });

  it('dies of an uncaught error as any other, in the middle of a window', async () => {
    const { code, output } = await run(
      `void firewall.screen(long); setTimeout(() => { throw new Error('mine'); }, 10);`,
    );
    expect(code).toBe(1);
    expect(output).toContain('Error: mine');
  });
});
