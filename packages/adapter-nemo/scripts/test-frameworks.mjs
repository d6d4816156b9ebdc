/** Tests the handler on the real NeMo Guardrails, with the configurations that `alknet-firewall nemo-config` prints. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { runMatrix } from '../../adapter-llamafirewall/scripts/frameworks.mjs';

const folder = fileURLToPath(new URL('..', import.meta.url));
const cli = fileURLToPath(new URL('../../cli/dist/main.js', import.meta.url));
const print = (...args) => execFileSync(process.execPath, [cli, 'nemo-config', ...args]).toString();
const url = ['--url', 'http://firewall.test'];

await runMatrix({
  name: 'nemo',
  folder,
  env: {
    NEMO_GUARDRAILS_NO_USAGE_STATS: '1',
    ALKNET_TEST_CONFIGS: JSON.stringify({
      ...Object.fromEntries(['kserve', 'vllm', 'nim', 'server'].map((rail) => [rail, print('--rail', rail, ...url)])),
      all: print('--all', ...url),
      flows: print('--flows'),
    }),
  },
});
