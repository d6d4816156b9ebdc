/**
 * What it costs to let an inference server do the matrix products: rate, latency and processor time in process, and through
 * Triton on the loopback with 1, 4 and 16 texts in flight. Client and server share this machine's cores.
 *
 *     npm run bench:remote -- [--seconds 5]
 *
 * Needs what `scripts/remote/engines.mjs` says: Linux on x86-64, Python 3.11 or 3.12; it installs Triton from PyPI.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Firewall, openInferenceDetectorModel } from '@alknet/firewall-core';
import { modelDirectory } from '@alknet/firewall-smollm2';
import { childrenOf, interpreter, startTriton, unavailable, writeRepository } from '../scripts/remote/engines.mjs';

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '5' } } });
const milliseconds = Number(values.seconds) * 1000;
const prose =
  'The harbour was quiet in the early morning, apart from the gulls and a single engine somewhere behind the pier. Nobody had expected the old ferry to come back, and yet there it was, painted white, with its name in blue letters along the bow. ';
/** About a user's turn, and a whole window of a document. */
const texts = [prose, prose.repeat(5)];
/** Linux counts processor time in hundredths of a second. */
const tick = 0.01;

const reason = unavailable();
if (reason !== undefined) {
  console.log(`SKIPPED: ${reason}`);
  process.exit();
}
console.log(`# ${cpus()[0]?.model}, ${cpus().length} CPUs, Node ${process.version}, ${values.seconds} s a row\n`);
const folder = mkdtempSync(join(tmpdir(), 'bench-remote-'));
writeRepository(fileURLToPath(modelDirectory), folder, '--backend', 'python', '--instances', String(cpus().length));
const triton = await startTriton(interpreter(), folder);
try {
  console.log(
    '| model runs in | tokens a text | in flight | texts/s | tokens/s | median ms | p95 ms | CPU ms a text, here | at the server | CPU hours a billion tokens |',
  );
  console.log('|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|');
  const local = await Firewall.load({ cache: { entries: 0 } });
  const single = await Firewall.load({ threads: 1, cache: { entries: 0 } });
  const model = await openInferenceDetectorModel({ url: triton.url, model: 'alknet' });
  const remote = await Firewall.load({ model, cache: { entries: 0 } });
  for (const text of texts) {
    await row('this process', local, text, 1);
    await row('this process, 1 thread', single, text, 1);
    for (const inFlight of [1, 4, 16]) await row('Triton', remote, text, inFlight);
  }
  await Promise.all([local.close(), single.close(), remote.close(), model.close()]);
} finally {
  await triton.kill();
  rmSync(folder, { recursive: true });
}

async function row(where, firewall, text, inFlight) {
  await load(firewall, text, inFlight, milliseconds / 10);
  const before = [here(), serverTime()];
  const { times, elapsed, tokens } = await load(firewall, text, inFlight, milliseconds);
  const [client, server] = [here() - before[0], serverTime() - before[1]];
  const rate = (times.length * 1000) / elapsed;
  const each = (seconds) => ((seconds * 1000) / times.length).toFixed(1);
  const hours = ((client + server) * 1e9) / (times.length * tokens * 3600);
  const cells = [where, tokens, inFlight, rate.toFixed(1), (rate * tokens).toFixed(0), at(times, 0.5), at(times, 0.95)];
  console.log(`| ${[...cells, each(client), each(server), hours.toFixed(0)].join(' | ')} |`);
}

/** Screens the text over and over, so many at a time. */
async function load(firewall, text, inFlight, duration) {
  const times = [];
  let tokens = 0;
  const started = performance.now();
  const worker = async () => {
    while (performance.now() - started < duration) {
      const began = performance.now();
      const verdict = await firewall.screen(text, { role: 'document' });
      if (verdict.status === 'failed') throw new Error(verdict.error.message);
      times.push(performance.now() - began);
      tokens = verdict.read.tokens;
    }
  };
  await Promise.all(Array.from({ length: inFlight }, worker));
  return { times, tokens, elapsed: performance.now() - started };
}

/** Processor seconds of this process. */
function here() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** Processor seconds of Triton and its stubs. */
function serverTime() {
  return [triton.pid, ...childrenOf(triton.pid)].reduce((sum, pid) => {
    // Behind the command's name in brackets, which may hold spaces: utime and stime are fields 14 and 15.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
    return sum + (Number(fields[11]) + Number(fields[12])) * tick;
  }, 0);
}

function at(times, share) {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))].toFixed(1);
}
