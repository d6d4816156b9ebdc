/** Makes what is compared, once, in `.cache/peers`: the peers' graphs, our float graph and its 8-bit blocks, the npm guards. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { python } from '../python.mjs';
import { run } from '../run.mjs';
import { floatGraph } from './float-graph.mjs';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const cache = join(root, '.cache/peers');
const here = fileURLToPath(new URL('.', import.meta.url));

/** npm's guards that read text with patterns or word counts, at the versions compared. */
export const guards = { '@andersmyrmel/vard': '1.2.0', llm_guardrail: '2.1.2' };

/** @returns the folder of graphs, our float graph and its version in 8-bit blocks */
export function prepareGraphs() {
  mkdirSync(cache, { recursive: true });
  const ours = floatGraph();
  run(python(join(cache, 'python'), join(here, 'requirements.txt')), [join(here, 'make_graphs.py'), cache, ours]);
  return { folder: cache, float: ours, blocks: ours.replace('fp32', 'nbits8') };
}

/** Installs the guards apart from the workspace. @returns name to module */
export async function prepareGuards() {
  const folder = join(cache, 'guards');
  if (!Object.keys(guards).every((name) => existsSync(join(folder, 'node_modules', name)))) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies: guards }));
    run('npm', ['install', '--silent', '--ignore-scripts', '--no-audit', '--no-fund', '--prefix', folder]);
  }
  const entry = join(folder, 'entry.mjs');
  const imports = Object.keys(guards).map((name) => `[${JSON.stringify(name)}, await import(${JSON.stringify(name)})]`);
  writeFileSync(entry, `export default new Map([${imports.join(', ')}]);\n`);
  return (await import(entry)).default;
}
