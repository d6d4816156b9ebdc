/** The built command `serve`, alone and as a pool: starting, restarting under load, stopping. */

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { attack, harmless, json, post } from './testing.ts';

const bin = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

interface Serving {
  readonly child: ChildProcess;
  readonly url: string;
  readonly err: () => string;
  readonly ended: Promise<[code: number | null]>;
}

function start(...args: string[]): Promise<Serving> {
  const child = spawn(process.execPath, [bin, 'serve', '--port', '0', ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  children.push(child);
  const ended = once(child, 'exit') as Promise<[number | null]>;
  let err = '';
  return new Promise((resolve, reject) => {
    ended.then(() => reject(new Error(err)));
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      err += chunk;
      const url = /Listening on (http:\S+)/.exec(err)?.[1];
      if (url !== undefined) resolve({ child, url, ended, err: () => err });
    });
  });
}

describe('serve', () => {
  it('screens, and stops with 0 on SIGTERM', async () => {
    const { child, url, ended } = await start();
    expect(await json(await post(`${url}/v1/screen`, { input: attack }))).toMatchObject({ decision: 'block' });
    child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
  });

  it.each([
    [['--host', '0.0.0.0'], /option-invalid: .*has no token/],
    [['--workers', '2', '--host', '0.0.0.0'], /option-invalid: .*has no token/],
    [['--config', 'none.toml'], /config-not-found/],
    [['--workers', '2', '--config', 'none.toml'], /config-not-found/],
    [['--workers', '0'], /whole number from 1/],
    [['--token-file', 'none.txt'], /none\.txt/],
  ])('does not start with %j', async (args, message) => {
    await expect(start(...args)).rejects.toThrow(message);
    expect(children.at(-1)?.exitCode).toBe(2);
  });

  it('as a pool adds up the metrics, replaces a worker that dies, loses no request in a restart, and stops with 0', async () => {
    const { child, url, err, ended } = await start('--workers', '2');
    const statuses: number[] = [];
    let done = false;
    const load = Array.from({ length: 4 }, async () => {
      while (!done) statuses.push((await post(`${url}/v1/screen`, { input: harmless })).status);
    });
    await expect.poll(() => statuses.length, { timeout: 30_000 }).toBeGreaterThan(20);
    child.kill('SIGHUP');
    await expect.poll(err, { timeout: 60_000 }).toContain('Restarted');
    done = true;
    await Promise.all(load);
    const before = workersOf(child);
    process.kill(before[0] as number, 'SIGKILL');
    await expect
      .poll(() => workersOf(child).filter((pid) => !before.includes(pid)), { timeout: 30_000 })
      .toHaveLength(1);
    expect(new Set(statuses)).toEqual(new Set([200]));
    const screens = async () => {
      const text = await (await fetch(`${url}/metrics`)).text();
      return Number(/alknet_screens_total\{.*decision="allow".*\} (\d+)/.exec(text)?.[1] ?? 0);
    };
    for (let i = 0; i < 8; i++) await post(`${url}/v1/screen`, { input: harmless });
    expect(await screens()).toBeGreaterThanOrEqual(8);
    child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
  });
});

function workersOf({ pid }: ChildProcess): number[] {
  const processes = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n');
  const pairs = processes.map((line) => line.trim().split(/\s+/).map(Number));
  return pairs.flatMap(([child, parent]) => (parent === pid ? [child as number] : []));
}
