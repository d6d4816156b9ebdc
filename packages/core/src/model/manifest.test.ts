import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { isEquivalent, readManifest } from './manifest.ts';

const [own, other, tokenizer] = ['a', 'b', 'c'].map((digit) => digit.repeat(64));
const proof = { graphSha256: other, provenFor: { graphSha256: own, tokenizerSha256: tokenizer } };
const facts = {
  formatVersion: 1,
  name: 'tiny',
  layers: [1],
  width: 8,
  maxTokens: 16,
  sinkToken: 0,
  files: { 'model.onnx': { sha256: own }, 'tokenizer.json': { sha256: tokenizer } },
};
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'manifest-'));
});

afterAll(() => rm(folder, { recursive: true }));

async function read(manifest: object): ReturnType<typeof readManifest> {
  await writeFile(join(folder, 'manifest.json'), JSON.stringify(manifest));
  return readManifest(folder);
}

it('takes a proof for this graph, that other graph and this tokenizer, and for nothing else', async () => {
  const manifest = await read({ ...facts, equivalentTo: [proof] });
  expect(isEquivalent(manifest, own, other)).toBe(true);
  expect(isEquivalent(manifest, other, own)).toBe(false);
  expect(isEquivalent(manifest, 'd'.repeat(64), other)).toBe(false);
  expect(isEquivalent(manifest, own, 'd'.repeat(64))).toBe(false);
  const files = { ...facts.files, 'tokenizer.json': { sha256: 'd'.repeat(64) } };
  expect(isEquivalent(await read({ ...facts, files, equivalentTo: [proof] }), own, other)).toBe(false);
  expect(isEquivalent(await read(facts), own, other)).toBe(false);
});

it('refuses a proof that does not say what it holds for', async () => {
  const { provenFor: _, ...bare } = proof;
  await expect(read({ ...facts, equivalentTo: [bare] })).rejects.toMatchObject({ code: 'manifest-invalid' });
});
