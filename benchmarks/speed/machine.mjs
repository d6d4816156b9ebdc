/** What a figure was measured on. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus, loadavg, platform, totalmem } from 'node:os';

const core = new URL('../../packages/core/package.json', import.meta.url);

/** Processor, versions and how busy the machine is with other work. */
export function machine() {
  return {
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    instructions: instructions(),
    memoryGb: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    onnxruntime: createRequire(core)('onnxruntime-node/package.json').version,
    loadBefore: Number(loadavg()[0].toFixed(2)),
    date: new Date().toISOString().slice(0, 16),
  };
}

export function machineLine({ processor, cores, instructions, node, onnxruntime, loadBefore }) {
  return `# ${processor}, ${cores} cores, ${instructions.join(' ') || 'instructions unknown'}, Node ${node}, onnxruntime-node ${onnxruntime}; load average before the run ${loadBefore}`;
}

/** Those that int8 products depend on; known on Linux only. */
function instructions() {
  if (platform() !== 'linux') return [];
  const flags = new Set(/^flags\s*:(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1].trim().split(' '));
  return ['avx2', 'avx512f', 'avx_vnni', 'avx512_vnni', 'amx_int8', 'asimddp', 'i8mm'].filter((name) =>
    flags.has(name),
  );
}
