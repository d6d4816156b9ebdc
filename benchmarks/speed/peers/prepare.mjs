/** Makes what is compared, once, in `.cache/peers`: the peers' graphs, our float graph and its 8-bit blocks, the npm guards. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildModel, openModel } from '@alknet/firewall-model-export';
import { modelDirectory } from '@alknet/firewall-smollm2';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const cache = join(root, '.cache/peers');
const here = fileURLToPath(new URL('.', import.meta.url));

/** npm's guards that read text with patterns or word counts, at the versions compared. */
export const guards = { '@andersmyrmel/vard': '1.2.0', llm_guardrail: '2.1.2' };

/** @returns the folder of graphs, our float graph and its version in 8-bit blocks */
export function prepareGraphs() {
  mkdirSync(cache, { recursive: true });
  const ours = ourFloatGraph();
  run(pythonWithOnnx(), [join(here, 'make_graphs.py'), cache, ours]);
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

/** The shipped model's layers in float32, from the same weights, named by the shipped manifest. */
function ourFloatGraph() {
  const manifest = readFileSync(join(fileURLToPath(modelDirectory), 'manifest.json'));
  const { layers, maxTokens } = JSON.parse(manifest);
  const file = join(cache, `ours-${createHash('sha256').update(manifest).digest('hex').slice(0, 8)}.fp32.onnx`);
  if (!existsSync(file)) {
    console.log(`writing ${file}`);
    for (const old of readdirSync(cache).filter((name) => name.startsWith('ours-'))) rmSync(join(cache, old));
    const { source, config } = openModel(weights());
    writeFileSync(`${file}.part`, buildModel({ source, config, taps: layers, maxTokens, variant: { name: 'fp32' } }));
    renameSync(`${file}.part`, file);
  }
  return file;
}

/** The GGUF that the model package is built from; its build script fetches it where it is not there yet. */
function weights() {
  const folder = join(root, '.cache/weights');
  const find = () =>
    existsSync(folder) && readdirSync(folder, { recursive: true }).find((name) => name.endsWith('.gguf'));
  if (!find()) run(process.execPath, [join(root, 'packages/smollm2/scripts/build.mjs'), join(cache, 'rebuilt')]);
  return join(folder, find());
}

function pythonWithOnnx() {
  const environment = join(cache, 'python');
  const python = join(environment, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');
  const installed = join(environment, 'installed.txt');
  const wanted = readFileSync(join(here, 'requirements.txt'), 'utf8');
  if (!existsSync(installed) || readFileSync(installed, 'utf8') !== wanted) {
    console.log('installing the Python packages that write the graphs');
    run('python3', ['-m', 'venv', environment]);
    run(python, ['-m', 'pip', 'install', '--quiet', '-r', join(here, 'requirements.txt')]);
    writeFileSync(installed, wanted);
  }
  return python;
}

function run(command, args) {
  try {
    execFileSync(command, args, { stdio: 'inherit' });
  } catch (cause) {
    throw new Error(`failed: ${command} ${args.join(' ')} (Python 3 with venv and npm are needed)`, { cause });
  }
}
