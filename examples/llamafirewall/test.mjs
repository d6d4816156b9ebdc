/** Runs scan.py with the real LlamaFirewall on a real server, and once with none: then everything has to be blocked. */
import { testPython } from '../python.mjs';

await testPython({
  example: new URL('.', import.meta.url),
  adapter: 'adapter-llamafirewall',
  environmentName: 'llamafirewall',
  wheels: ['python'],
  program: 'scan.py',
  settings: (url) => ({ env: { ALKNET_FIREWALL_URL: url } }),
  expected: 'user allow\nuser block\ntool allow\n',
  expectedDown: 'user block\nuser block\ntool block\n',
});
