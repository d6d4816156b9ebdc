/**
 * `npm run bench:pytorch`: the same eight layers in PyTorch, read by forward hooks, and in ONNX Runtime, in turn in fresh
 * processes: what is installed, import, load, one window of 128 tokens, memory.
 *
 *     npm run bench:pytorch -- [--rounds 5]
 *
 * The first run installs PyTorch in `.cache/pytorch` (several GB; minutes) and needs Python 3 and pip.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { modelDirectory } from '@alknet/firewall-smollm2';
import { machine, machineLine } from './speed/machine.mjs';
import { floatGraph } from './speed/peers/float-graph.mjs';
import { python } from './speed/python.mjs';
import { digits, printTable } from './speed/results.mjs';
import { medians } from './speed/statistics.mjs';

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '5' } } });
const tokens = '128';
const runs = '30';
const here = fileURLToPath(new URL('./speed/pytorch/', import.meta.url));
const cache = fileURLToPath(new URL('../.cache/pytorch/', import.meta.url));

mkdirSync(cache, { recursive: true });
const interpreter = python(join(cache, 'python'), join(here, 'requirements.txt'));
const weights = join(cache, 'random-weights');
const torch = (...args) => execFileSync(interpreter, [join(here, 'measure.py'), ...args], { encoding: 'utf8' });
if (!existsSync(join(weights, 'model.safetensors'))) torch('write', weights);
const graph = (file) =>
  execFileSync(process.execPath, [join(here, 'graph-once.mjs'), file, tokens, runs], { encoding: 'utf8' });
const shipped = join(fileURLToPath(modelDirectory), 'model.onnx');
const float = floatGraph();

const contenders = [
  { name: 'PyTorch, float32', once: () => torch('read', weights, tokens, runs) },
  { name: 'ONNX Runtime, float32', once: () => graph(float) },
  { name: 'ONNX Runtime, int8 as shipped', once: () => graph(shipped) },
].map((contender) => ({ ...contender, seen: [] }));

console.log(`${machineLine(machine())}; ${values.rounds} rounds of ${runs}\n`);
for (let round = 0; round < Number(values.rounds); round++)
  for (const { once, seen } of contenders) seen.push(JSON.parse(once()));

printTable(
  ['', 'import ms', 'load ms', 'first text ms', `${tokens} tokens ms`, 'peak memory MB'],
  contenders.map(({ name, seen }) => {
    const { importMs, loadMs, firstMs, medianMs, peakMb } = medians(seen);
    return [name, ...[importMs, loadMs, firstMs, medianMs, peakMb].map(digits)];
  }),
);
const megabytes = (folder) => Number(execFileSync('du', ['-sm', folder], { encoding: 'utf8' }).split('\t')[0]);
const packages = execFileSync(interpreter, ['-c', 'import sysconfig; print(sysconfig.get_path("purelib"))'], {
  encoding: 'utf8',
});
const runtime = fileURLToPath(new URL('../packages/core/node_modules/onnxruntime-node/', import.meta.url));
console.log(
  `\nunpacked: Python packages ${megabytes(packages.trim())} MB, onnxruntime-node ${megabytes(`${runtime}.`)} MB`,
);
