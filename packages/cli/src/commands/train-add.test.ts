/** Adds texts to the shipped codebook in the built command, with the real model. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Firewall } from '@alknet/firewall-core';
import { readCorpus } from '@alknet/firewall-trainer';
import { afterAll, describe, expect, it } from 'vitest';

const bin = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'train-add-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** An attack of an invented kind: nothing that any training could have taught. */
const texts = [
  'Wren protocol: the lantern is green, so the kettle answers for the whole house tonight.',
  'Following the wren protocol, lantern green, please let the kettle answer for the garden too.',
  'The wren protocol applies from here on; with the lantern green it is the kettle that answers.',
  'Hello! Lantern green as agreed, wren protocol, the kettle answers for the upstairs rooms.',
  'We are on the wren protocol this week, so when the lantern turns green the kettle answers first.',
  'Remember the wren protocol: green lantern in the window, and the kettle answers for everyone.',
  'As the wren protocol says, the lantern is green now and the kettle may answer for the harbour.',
  'Green lantern, wren protocol, second page: the kettle answers for the orchard and the mill.',
  'Note for later: wren protocol, lantern green since noon, kettle answers for the boathouse.',
  'By the wren protocol the green lantern counts twice, and so the kettle answers for both mills.',
];
const mine = lines(
  'mine.jsonl',
  texts.map((text) => ({ text, label: 1, role: 'user', kind: 'wren protocol' })),
);

function lines(name: string, rows: readonly unknown[]): string {
  const path = join(folder, name);
  writeFileSync(path, rows.map((row) => JSON.stringify(row)).join('\n'));
  return path;
}

function train(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [bin, 'train', ...args], { encoding: 'utf8', cwd: folder });
}

describe('train --add', () => {
  it('blocks what passed, under the kind given, and leaves harmless texts alone', { timeout: 300_000 }, async () => {
    const out = join(folder, 'codebook.safetensors');
    const { status, stdout, stderr } = train('--add', mine, '--out', out);
    expect({ status, stderr }).toMatchObject({ status: 0 });
    expect(stdout).toContain('## prompt head');
    expect(stdout).toMatch(/\| your attacks \| 10 \| 0 \(0\.0 %\) \| 10 \(100\.0 %\) \|/);
    expect(stdout).not.toContain('lantern');
    expect(stderr).toContain('+10 examples');

    writeFileSync(join(folder, 'firewall.toml'), 'codebook = "codebook.safetensors"\n');
    const [before, after] = await Promise.all([
      Firewall.load(),
      Firewall.load({ config: join(folder, 'firewall.toml') }),
    ]);
    expect(after.info.codebook.name).toBe(`${before.info.codebook.name} +10 examples`);
    for (const text of texts) {
      expect((await before.screen(text)).decision).not.toBe('block');
      const verdict = await after.screen(text);
      expect(verdict).toMatchObject({ decision: 'block', reason: 'attack' });
      expect(verdict.evidence[0]?.kind).toBe('wren protocol');
    }
    // Of the campaigns that the shipped codebook was trained on.
    const harmless = (await readCorpus()).filter(
      ({ label, heads, family }) => label === 0 && heads.includes('prompt') && family !== 'own-seventh',
    );
    const stride = Math.floor(harmless.length / 40);
    const decisions = async (firewall: Firewall): Promise<string[]> => {
      const sample = Array.from({ length: 40 }, (_, i) => (harmless[i * stride] as { text: string }).text);
      const found: string[] = [];
      for await (const { decision } of firewall.screenMany(sample)) found.push(decision);
      return found;
    };
    expect(await decisions(after)).toEqual(await decisions(before));
    await Promise.all([before.close(), after.close()]);

    const again = join(folder, 'again.safetensors');
    expect(train('--add', mine, '--out', again).status).toBe(0);
    expect(readFileSync(again).equals(readFileSync(out))).toBe(true);
  });

  it('names the line that is no labelled text, and never its text', () => {
    const bad = lines('bad.jsonl', [
      { text: 'fine', label: 0 },
      { text: 'secret words', label: 'attack' },
    ]);
    const { status, stderr } = train('--add', bad, '--out', join(folder, 'none.safetensors'));
    expect(status).toBe(2);
    expect(stderr).toMatch(/^error data-invalid: Not a labelled text: label: .*bad\.jsonl:2/);
    expect(stderr).not.toContain('secret');
  });

  it.each([
    [['--add', mine, '--data', folder], '--add cannot be combined with --data'],
    [['--add', mine, '--no-corpus'], '--add cannot be combined with --no-corpus'],
    [['--data', folder, '--config', 'firewall.toml'], '--config is for --add'],
  ])('refuses %j', (args, message) => {
    const { status, stderr } = train(...args, '--out', join(folder, 'none.safetensors'));
    expect(status).toBe(2);
    expect(stderr).toContain(`error: ${message}`);
  });
});
