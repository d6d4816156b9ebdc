/** Runs rails.py with the real NeMo Guardrails on a real server, and once with none: then nothing may be answered. */
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testPython } from '../python.mjs';

const config = readFileSync(new URL('config/config.yml', import.meta.url), 'utf8');

/** A copy of config/ that asks another address. */
function configFor(url) {
  const folder = mkdtempSync(join(tmpdir(), 'nemo-'));
  writeFileSync(join(folder, 'config.yml'), config.replaceAll('http://127.0.0.1:8080', url));
  return folder;
}

const broke = "I'm sorry, an internal error has occurred.";
await testPython({
  example: new URL('.', import.meta.url),
  adapter: 'adapter-nemo',
  environmentName: 'nemo',
  program: 'rails.py',
  settings: (url) => ({ args: [configFor(url)] }),
  expected: "Lisbon.\nI'm sorry, I can't respond to that.\n",
  expectedDown: `${broke}\n${broke}\n`,
});
