/** The shipped model's layers in float32. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildModel, openModel } from '@alknet/firewall-model-export';
import { modelDirectory } from '@alknet/firewall-smollm2';
import { gguf } from '../../../packages/smollm2/scripts/weights.mjs';
import { run } from '../run.mjs';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const cache = join(root, '.cache/peers');

/** Written from the same weights once, in `.cache/peers`, and named by the shipped manifest. @returns its file */
export function floatGraph() {
  mkdirSync(cache, { recursive: true });
  const manifest = readFileSync(join(fileURLToPath(modelDirectory), 'manifest.json'));
  const { layers, maxTokens, prefix = [] } = JSON.parse(manifest);
  const file = join(cache, `ours-${createHash('sha256').update(manifest).digest('hex').slice(0, 8)}.fp32.onnx`);
  if (!existsSync(file)) {
    console.log(`writing ${file}`);
    for (const old of readdirSync(cache).filter((name) => name.startsWith('ours-'))) rmSync(join(cache, old));
    const { source, config } = openModel(weights());
    writeFileSync(
      `${file}.part`,
      buildModel({ source, config, taps: layers, maxTokens, prefix, variant: { name: 'fp32' } }),
    );
    renameSync(`${file}.part`, file);
  }
  return file;
}

/** The GGUF that the model package is built from; its build script fetches it where it is not there yet. */
function weights() {
  if (!existsSync(gguf.file))
    run(process.execPath, [join(root, 'packages/smollm2/scripts/build.mjs'), join(cache, 'rebuilt')]);
  return gguf.file;
}
