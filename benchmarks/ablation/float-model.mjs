/** The shipped model with every weight and product in float32, from the same GGUF. */
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildModel, fileSource, llamaConfigFromGguf, openGguf } from '@alknet/firewall-model-export';
import { describeFiles } from '../../packages/smollm2/scripts/describe-files.mjs';
import { gguf } from '../../packages/smollm2/scripts/weights.mjs';

/** Builds the model folder once; returns it. */
export async function floatModel(shipped, folder) {
  const done = join(folder, 'manifest.json');
  if (existsSync(done)) return folder;
  if (!existsSync(gguf.file)) throw new Error(`The weights are not at ${gguf.file}: run \`npm run model:build\` first`);
  const { int8Error: _, ...facts } = JSON.parse(readFileSync(join(shipped, 'manifest.json'), 'utf8'));
  const source = openGguf(fileSource(gguf.file));
  const config = llamaConfigFromGguf(source);
  const graph = buildModel({
    source,
    config,
    taps: facts.layers,
    maxTokens: facts.maxTokens,
    prefix: facts.prefix ?? [],
    variant: { name: 'fp32' },
  });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'model.onnx'), graph);
  copyFileSync(join(shipped, 'tokenizer.json'), join(folder, 'tokenizer.json'));
  writeFileSync(
    done,
    describeFiles(folder, { ...facts, name: 'smollm2-135m-instruct-fp32', variant: { name: 'fp32' } }),
  );
  return folder;
}
