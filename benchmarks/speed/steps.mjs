/** Where the time of one `screen()` goes: each step on its own, with the functions that `screen()` is made of. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import {
  Firewall,
  meanPooling,
  openOnnxModel,
  parseCodebook,
  readManifest,
  readModelFile,
  scoreNgrams,
  scoreSegments,
  segments,
  tokenize,
  views,
  windows,
} from '@alknet/firewall-core';
import { modelDirectory } from '@alknet/firewall-smollm2';
import { graphFile } from './runtime.mjs';
import { median } from './statistics.mjs';

export const steps = ['views', 'tokenising', 'windows', 'model', 'scoring'];

/** Medians in ms over `repetitions` texts of each length; `whole` is `screen()` on the same texts, in turn. */
export async function measureSteps(tokenizer, text, lengths, repetitions) {
  const read = await openReader(tokenizer);
  const firewall = await Firewall.load({ model: read.model, cache: { entries: 0 } });
  const rows = [];
  for (const tokens of lengths) {
    const seen = [];
    for (let i = 0; i < repetitions + 3; i++) {
      const next = text(tokens);
      const parts = await read.steps(next);
      const started = performance.now();
      await firewall.screen(next);
      seen.push({ ...parts, whole: performance.now() - started });
    }
    const warm = seen.slice(3);
    rows.push({
      tokens,
      ...Object.fromEntries([...steps, 'whole'].map((step) => [step, median(warm.map((one) => one[step]))])),
    });
  }
  await firewall.close();
  await read.model.close();
  return rows;
}

async function openReader(tokenizer) {
  const folder = fileURLToPath(modelDirectory);
  const manifest = await readManifest(folder);
  const { layers, width, maxTokens, sinkToken } = manifest;
  const model = await openOnnxModel({
    graph: await readFile(graphFile),
    where: graphFile,
    layers,
    width,
    maxTokens,
    threads: 0,
  });
  const codebook = parseCodebook(await readModelFile(folder, manifest, 'codebook.safetensors'), 'codebook');
  const head = codebook.heads.prompt;
  return {
    model,
    async steps(text) {
      const spent = Object.fromEntries(steps.map((step) => [step, 0]));
      const timed = async (step, action) => {
        const started = performance.now();
        const result = await action();
        spent[step] += performance.now() - started;
        return result;
      };
      for (const view of await timed('views', () => views(text))) {
        const { ids } = await timed('tokenising', () => tokenize(tokenizer, view.text));
        for (const { start, end } of await timed('windows', () => windows(ids.length))) {
          const window = ids.subarray(start, end);
          const [ranges, pooling, input] = await timed('windows', () => prepare(window, codebook.segments, sinkToken));
          const activations = await timed('model', () => model.infer(input, pooling));
          await timed('scoring', () => scoreSegments(head, activations, scoreNgrams(head.ngrams, window, ranges)));
        }
      }
      return spent;
    },
  };
}

function prepare(window, segmentOptions, sinkToken) {
  const ranges = segments(window.length, segmentOptions);
  return [ranges, meanPooling(ranges, window.length), Int32Array.of(sinkToken, ...window)];
}
