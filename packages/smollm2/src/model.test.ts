import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  type ActivationGraph,
  compareGraphs,
  encodeWithSink,
  MEASURING_TEXTS,
  openActivationGraph,
  readReference,
  verifyAgainstReference,
} from '@alknet/firewall-model-export';
import { describe, expect, it } from 'vitest';
import { modelDirectory } from './index.ts';

/** A URL and no import: that package stands on this one's. */
const deepDirectory = new URL('../../smollm2-deep/data/', import.meta.url);

const read = (name: string): Buffer => readFileSync(new URL(name, modelDirectory));
const manifest = JSON.parse(read('manifest.json').toString('utf8'));
const referenceFile = fileURLToPath(
  new URL('../../../../shared/fixtures/smollm2-reference/reference.json', import.meta.url),
);
const haveReference = existsSync(referenceFile);
if (!haveReference) console.warn(`SKIPPED: tests that need ${referenceFile}, which does not exist`);

describe('the model folder', () => {
  it('holds what the manifest says, and no more than 65 MB', () => {
    const files = Object.entries(manifest.files) as [string, { sha256: string; bytes: number }][];
    expect(files.map(([name]) => name)).toEqual(expect.arrayContaining(['LICENSE', 'model.onnx', 'tokenizer.json']));
    for (const [name, { sha256, bytes }] of files) {
      expect([name, sha256Of(read(name)), read(name).length]).toEqual([name, sha256, bytes]);
    }
    expect(files.reduce((sum, [, { bytes }]) => sum + bytes, 0)).toBeLessThan(65e6);
  });
});

describe.skipIf(!haveReference)('against transformers', () => {
  it('the tokenizer gives the same ids for all prompts', () => {
    const { prompts } = JSON.parse(readFileSync(referenceFile, 'utf8')) as {
      prompts: { text: string; ids: number[] }[];
    };
    const tokenizer = JSON.parse(read('tokenizer.json').toString('utf8'));
    const texts = prompts.map(({ text }) => text);
    expect(texts.length).toBe(24);
    expect(encodeWithSink(tokenizer, manifest.sinkToken, texts)).toEqual(
      prompts.map(({ ids }) => [manifest.sinkToken, ...ids]),
    );
  });

  it('the deep graph, which has no instruction in front, stays within 3 % on average and 10 % at worst', async () => {
    const graph = await openGraph(deepDirectory);
    const errors = await verifyAgainstReference(graph, readReference(referenceFile));
    await graph.close();
    expect(errors.map(({ layer }) => layer)).toEqual([4, 8]);
    for (const { meanError, maxError } of errors) expect([meanError < 0.03, maxError < 0.1]).toEqual([true, true]);
  });
});

it('gives what the deep graph gives when it reads the instruction in front of each text', async () => {
  const [graph, deep] = await Promise.all([openGraph(modelDirectory), openGraph(deepDirectory)]);
  const tokenizer = JSON.parse(read('tokenizer.json').toString('utf8'));
  const texts = encodeWithSink(tokenizer, manifest.sinkToken, MEASURING_TEXTS);
  expect(graph.prefix).toEqual(encodeWithSink(tokenizer, manifest.sinkToken, [manifest.instruction]).flat());
  const errors = await compareGraphs(graph, deep, texts, graph.prefix);
  const untold = await compareGraphs(graph, deep, texts);
  await Promise.all([graph.close(), deep.close()]);
  expect(errors.map(({ layer }) => layer)).toEqual([4, 8]);
  for (const [i, { meanError }] of errors.entries()) {
    expect(meanError).toBeLessThan(0.04);
    expect(untold[i]?.meanError).toBeGreaterThan(3 * meanError);
  }
});

function openGraph(folder: URL): Promise<ActivationGraph> {
  return openActivationGraph(readFileSync(new URL('model.onnx', folder)), 'model.onnx', { threads: 1 });
}

function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
