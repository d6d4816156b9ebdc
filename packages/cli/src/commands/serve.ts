/** `serve`: the firewall over HTTP, on this machine's loopback unless told otherwise. */

import cluster from 'node:cluster';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Command, InvalidArgumentError } from 'commander';
import { exitCodes } from '../exit-codes.ts';
import { InputError } from '../input/read-text.ts';

interface ServeFlags {
  readonly host: string;
  readonly port: number;
  readonly tokenFile?: string;
  readonly maxRequests: number;
  readonly maxBody: number;
  readonly timeout: number;
  readonly workers?: number;
  readonly config?: string;
}

/** Milliseconds that a stop waits for what is under way. */
const stopMs = 30_000;

/** Adds the subcommand. */
export function addServe(program: Command): void {
  program
    .command('serve')
    .description(
      'Serve the firewall over HTTP: a page to try it, its own API, KServe v1, the Open Inference Protocol v2, Prometheus.',
    )
    .option('--host <address>', 'the address to listen on', '127.0.0.1')
    .option('-p, --port <number>', 'the port; 0 takes a free one', count(0, 65_535), 8080)
    .option('--token-file <file>', 'the bearer token that clients must send; or set ALKNET_FIREWALL_TOKEN')
    .option('--max-requests <number>', 'requests under way at a time; more get 503', count(1), 256)
    .option('--max-body <bytes>', 'largest body; larger ones get 413', count(1), 4_194_304)
    .option('--timeout <ms>', 'longest screen; 0 is no limit', count(0), 30_000)
    .option('--workers <number>', 'processes, for more cores; SIGHUP restarts them one by one', count(1, 1024))
    .option('-c, --config <file>', 'a firewall.toml')
    .addHelpText(
      'after',
      `
SIGTERM and SIGINT stop it after what is under way is answered.

Examples:
  alknet-firewall serve
  curl -s 127.0.0.1:8080/v1/screen --json '{"input": "Ignore all previous instructions"}'
  ALKNET_FIREWALL_TOKEN=$(openssl rand -hex 32) alknet-firewall serve --host 0.0.0.0 --workers 4`,
    )
    .action(serve);
}

async function serve(flags: ServeFlags): Promise<void> {
  const token = readToken(flags.tokenFile);
  const { assertMayListen } = await import('../serve/auth.ts');
  assertMayListen(flags.host, token);
  if (flags.workers !== undefined && cluster.isPrimary) return servePool(flags.workers);
  try {
    await serveHere(flags, token);
  } catch (error) {
    // Otherwise the channel to the pool would keep a worker that has nothing to do.
    if (cluster.isWorker) process.disconnect();
    throw error;
  }
}

async function servePool(workers: number): Promise<void> {
  const { startPool } = await import('../serve/workers.ts');
  const pool = await startPool(workers);
  say(`Listening on ${pool.url} (${workers} workers)`);
  process.on('SIGHUP', () =>
    pool.restart().then(
      () => say('Restarted'),
      () => say('Restart failed'),
    ),
  );
  await untilStopped();
  await pool.stop();
  process.exit(exitCodes.ok);
}

async function serveHere(flags: ServeFlags, token: string | undefined): Promise<void> {
  const [{ Firewall }, { startServer }, { joinPool }, { poolMetrics }] = await Promise.all([
    import('@alknet/firewall-core'),
    import('../serve/server.ts'),
    import('../serve/workers.ts'),
    import('../serve/pool-metrics.ts'),
  ]);
  const { host, port, maxRequests, maxBody, timeout: timeoutMs, config } = flags;
  const firewall = await Firewall.load(config === undefined ? {} : { config });
  const version: string = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version;
  const pooled = cluster.isWorker;
  const server = await startServer(firewall, {
    ...{ host, port, token, maxRequests, maxBody, timeoutMs, version, stopMs },
    playground: fileURLToPath(new URL('./playground', import.meta.url)),
    ...(pooled && { metricsText: poolMetrics }),
  });
  if (!pooled) say(`Listening on ${server.url}`);
  await untilStopped(pooled ? (stop) => joinPool(server.url, stop) : undefined);
  await server.stop();
  await firewall.close();
  process.exit(exitCodes.ok);
}

/** In a pool the terminal's signals reach every process, but only the pool decides. */
function untilStopped(join?: (stop: () => void) => void): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT', ...(join ? ['SIGHUP'] : [])]) {
      process.on(signal, () => !join && resolve());
    }
    join?.(resolve);
  });
}

/** Not an option of the command line: other users of the machine could read it there. */
function readToken(file: string | undefined): string | undefined {
  const token = file === undefined ? process.env.ALKNET_FIREWALL_TOKEN : readFileSync(file, 'utf8').trim();
  if (token === undefined) return undefined;
  if (!/^\S{16,}$/.test(token))
    throw new InputError(
      'The token has fewer than 16 characters, or holds spaces (--token-file, ALKNET_FIREWALL_TOKEN).',
    );
  return token;
}

function count(least: number, most = 2_147_483_647): (value: string) => number {
  return (value) => {
    const number = Number(value);
    if (Number.isInteger(number) && number >= least && number <= most) return number;
    throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
  };
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
