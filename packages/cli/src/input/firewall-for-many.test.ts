import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openForMany } from './firewall-for-many.ts';

const cores = availableParallelism();
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'for-many-'));
});
afterAll(() => rm(folder, { recursive: true }));

it.each([
  ['a session a core by default', '', Math.min(16, cores)],
  ['what is configured', 'sessions = 0', 0],
  ['fewer where each has several threads', `threads = ${cores}`, 1],
])('opens %s', async (name, toml, sessions) => {
  const file = join(folder, `${name}.toml`);
  await writeFile(file, toml);
  await using firewall = await openForMany(file);
  expect(firewall.config.sessions).toBe(sessions);
  expect((await firewall.screen('What is the capital of Portugal?')).decision).toBe('allow');
});
