/**
 * What the server costs over the library: rate and latency at 1, 8 and 64 connections beside the same firewall in process,
 * requests lost in a restart under load, and memory over many requests.
 *
 *     npm run bench:server -- [--seconds 5] [--requests 2000] [--workers 2]
 *
 * `--requests 100000` is the long run for memory. The load generator runs on this machine too and takes CPU from the server.
 */
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { cpus } from 'node:os';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

const cli = fileURLToPath(new URL('../../packages/cli/', import.meta.url));
const resolve = createRequire(`${cli}package.json`).resolve;
const autocannon = (await import(pathToFileURL(resolve('autocannon')).href)).default;
const { Firewall } = await import(new URL('../../packages/core/dist/index.js', import.meta.url).href);

const number = (otherwise) => ({ type: 'string', default: String(otherwise) });
const { values } = parseArgs({ options: { seconds: number(5), requests: number(2000), workers: number(2) } });
const [seconds, requests, workers] = [values.seconds, values.requests, values.workers].map(Number);

/** About 60 tokens, which is what a user's turn has. */
const text =
  'Hello, I have booked a room with you for the second weekend in May and would like to bring my dog. Is that possible, ' +
  'and what does it cost? We would also like to have breakfast on the terrace if the weather allows it. Kind regards.';
const body = JSON.stringify({ input: text });
const parallel = [1, 8, 64];

console.log(
  `# ${cpus()[0]?.model}, ${cpus().length} CPUs, Node ${process.version}; ${text.length} characters a request`,
);
const rates = await compare();
await restartUnderLoad();
await memory();
const worst = Math.min(...rates.slice(1));
console.log(
  `\nServer against library at ${parallel.slice(1).join(' and ')} connections: at least ${Math.round(worst * 100)} %`,
);

/** In turns, so that what else the machine does falls on both. */
async function compare() {
  console.log('\n| parallel | in process /s | server /s | of it | server p50 ms | server p99 ms | lost |');
  console.log('|---:|---:|---:|---:|---:|---:|---:|');
  const firewall = await Firewall.load({ cache: { entries: 0 } });
  const server = await start();
  const shares = [];
  await inProcess(firewall, 8, 1);
  for (const connections of parallel) {
    const before = await inProcess(firewall, connections, seconds);
    const served = await load(server.url, { connections, duration: seconds });
    const rate = (before + (await inProcess(firewall, connections, seconds))) / 2;
    const { average } = served.requests;
    shares.push(average / rate);
    const row = [connections, rate.toFixed(1), average.toFixed(1), `${Math.round((average / rate) * 100)} %`];
    console.log(`| ${[...row, served.latency.p50, served.latency.p99, lost(served)].join(' | ')} |`);
  }
  await server.stop();
  await firewall.close();
  return shares;
}

/** Screens a second. */
async function inProcess(firewall, concurrency, duration) {
  const until = performance.now() + duration * 1000;
  let done = 0;
  const worker = async () => {
    while (performance.now() < until) {
      await firewall.screen(text);
      done++;
    }
  };
  const started = performance.now();
  await Promise.all(Array.from({ length: concurrency }, worker));
  return (done * 1000) / (performance.now() - started);
}

async function restartUnderLoad() {
  const pool = await start('--workers', String(workers));
  let restarted = false;
  pool.onLine((line) => {
    restarted ||= line.includes('Restarted');
  });
  const running = load(pool.url, { connections: 8, duration: Math.max(8, seconds * 2) });
  setTimeout(() => pool.child.kill('SIGHUP'), 1000);
  const result = await running;
  for (let i = 0; i < 100 && !restarted; i++) await new Promise((wake) => setTimeout(wake, 200));
  console.log(
    `\nRestart of ${workers} workers under load: ${result.requests.total} requests, ${lost(result)} lost (${restarted ? 'restarted' : 'NOT RESTARTED'})`,
  );
  await pool.stop();
}

async function memory() {
  const server = await start();
  const small = JSON.stringify({ input: 'Good morning' });
  const megabytes = async () => {
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    return Math.round(Number(/process_resident_memory_bytes (\d+)/.exec(metrics)?.[1]) / 1e6);
  };
  const steps = [];
  for (let i = 0; i < 5; i++) {
    await load(server.url, { connections: 8, amount: requests / 5, body: small });
    steps.push(await megabytes());
  }
  console.log(`\nResident memory over ${requests} requests, in fifths: ${steps.join(', ')} MB`);
  await server.stop();
}

function load(url, options) {
  const headers = { 'content-type': 'application/json' };
  return autocannon({ url: `${url}/v1/screen`, method: 'POST', headers, body, timeout: 60, ...options });
}

/** Anything but an answer with 200. */
function lost({ errors, timeouts, non2xx }) {
  return errors + timeouts + non2xx;
}

function start(...args) {
  const child = spawn(process.execPath, [`${cli}dist/main.js`, 'serve', '--port', '0', ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
    // Every request sends the same text.
    env: { ...process.env, FIREWALL_CACHE_ENTRIES: '0' },
  });
  const ended = new Promise((wake) => child.once('exit', wake));
  const listeners = [];
  return new Promise((wake, fail) => {
    ended.then(() => fail(new Error('The server did not start; see above')));
    child.stderr.setEncoding('utf8').on('data', (chunk) => {
      for (const listener of listeners) listener(chunk);
      const url = /Listening on (http:\S+)/.exec(chunk)?.[1];
      if (url === undefined) return;
      const stop = async () => {
        child.kill('SIGTERM');
        await ended;
      };
      wake({ child, url, stop, onLine: (listener) => listeners.push(listener) });
    });
  });
}
