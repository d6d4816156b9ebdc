/** `prune-runtime.mjs NODE_MODULES`: removes onnxruntime-node's binaries for other platforms than this one. */
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const [modules] = process.argv.slice(2);
const binaries = join(modules, 'onnxruntime-node/bin/napi-v6');
if (!existsSync(join(binaries, process.platform, process.arch, 'onnxruntime_binding.node')))
  throw new Error(`${binaries} holds no binary for ${process.platform} ${process.arch}: nothing was removed`);
for (const platform of readdirSync(binaries)) {
  for (const arch of readdirSync(join(binaries, platform))) {
    if (platform === process.platform && arch === process.arch) continue;
    rmSync(join(binaries, platform, arch), { recursive: true });
    console.log(`removed onnxruntime-node for ${platform} ${arch}`);
  }
}
