/** Tests the Python scanner on the real LlamaFirewall: one line a case. */
import { fileURLToPath } from 'node:url';
import { runMatrix } from './frameworks.mjs';

const folder = fileURLToPath(new URL('..', import.meta.url));
await runMatrix({ name: 'llamafirewall', folder, wheels: [`${folder}python`] });
