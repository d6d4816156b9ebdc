/** Runs a matrix of cases, written in Python against a real framework, on a real server with the real firewall. */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const cli = join(root, 'packages/cli/dist/main.js');

/** What the frameworks run on; newer and older ones are not in their package metadata. */
const pythons = ['python3', 'python3.13', 'python3.12', 'python3.11', 'python3.10', 'python'];
const pythonCheck = 'import sys, venv, ensurepip; sys.exit(not (3, 10) <= sys.version_info[:2] < (3, 14))';

/** The servers of a matrix, by the variable that tells it their URL, and each one's settings. */
const serverSettings = {
  ALKNET_TEST_URL: {},
  // Every screen runs out of time: a firewall that breaks.
  ALKNET_TEST_FAILING_URL: { FIREWALL_TIMEOUT_MS: '1' },
  // What another would block is flagged.
  ALKNET_TEST_FLAGGING_URL: { FIREWALL_ROLES_USER_POLICY: 'flag-only' },
};

/** Milliseconds that a server may take to load the model. */
const startMs = 60_000;

/**
 * @param {object} matrix
 * @param {string} matrix.name of the Python environment
 * @param {string} matrix.folder the package's, with requirements.txt and tests/matrix.py
 * @param {readonly string[]} [matrix.wheels] folders that are installed as a user would
 * @param {Record<string, string>} [matrix.env] for the matrix
 */
export async function runMatrix({ name, folder, wheels = [], env = {} }) {
  const python = findPython();
  if (python === undefined) {
    console.log(
      `\n${'!'.repeat(80)}\n!!  SKIPPED ${name}: no Python 3.10 to 3.13 with venv was found. Nothing was tested.\n${'!'.repeat(80)}\n`,
    );
    console.log('0 passed, 0 failed, 1 skipped');
    return;
  }
  const started = performance.now();
  const interpreter = environment(python, name, join(folder, 'requirements.txt'));
  for (const wheel of wheels) pip(interpreter, '--no-deps', '--force-reinstall', wheel);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(
    `# ${name}: ${spawnSync(interpreter, ['--version']).stdout.toString().trim()}, environment in ${seconds} s`,
  );

  const servers = [];
  try {
    for (const settings of Object.values(serverSettings)) servers.push(await startServer(settings));
    const urls = Object.keys(serverSettings).map((variable, index) => [variable, servers[index].url]);
    const matrix = join(folder, 'tests/matrix.py');
    process.exitCode = await run(interpreter, ['-X', 'utf8', '-B', matrix], { ...Object.fromEntries(urls), ...env });
  } finally {
    for (const { child } of servers) child.kill();
  }
}

/** The first Python on the path that passes a check, a program that exits with 0. */
export function findPython(check = pythonCheck) {
  return pythons.find((python) => spawnSync(python, ['-c', check]).status === 0);
}

/** Made once for each list of requirements and each Python; in a folder that git ignores. */
export function environment(python, name, requirements) {
  const version = spawnSync(python, ['-VV']).stdout.toString();
  const hash = createHash('sha256').update(version).update(readFileSync(requirements)).digest('hex').slice(0, 12);
  const folder = join(root, '.cache/python', `${name}-${hash}`);
  const interpreter = process.platform === 'win32' ? join(folder, 'Scripts/python.exe') : join(folder, 'bin/python');
  const complete = join(folder, 'complete');
  if (existsSync(complete)) return interpreter;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  succeed(spawnSync(python, ['-m', 'venv', folder], { stdio: 'inherit' }), 'venv');
  pip(interpreter, '--no-deps', '--requirement', requirements);
  writeFileSync(complete, '');
  return interpreter;
}

export function pip(interpreter, ...args) {
  const flags = ['--quiet', '--disable-pip-version-check', '--no-input'];
  succeed(spawnSync(interpreter, ['-m', 'pip', 'install', ...flags, ...args], { stdio: 'inherit' }), 'pip');
}

function succeed({ status, error }, what) {
  if (status !== 0) throw new Error(`${what} failed`, { cause: error });
}

/** `alknet-firewall serve` on a free port of the loopback. */
export async function startServer(env) {
  const options = { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } };
  const child = spawn(process.execPath, [cli, 'serve', '--port', '0'], options);
  const output = [];
  const url = await new Promise((resolve, reject) => {
    const fail = () => {
      clearTimeout(timer);
      child.kill();
      reject(new Error(`The server did not start: ${output.join('\n')}`));
    };
    const timer = setTimeout(fail, startMs);
    child.on('error', fail).on('close', fail);
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        output.push(line);
        const listening = /http:\/\/127\.0\.0\.1:\d+/.exec(line);
        if (!listening) return;
        clearTimeout(timer);
        resolve(listening[0]);
      });
    }
  });
  return { child, url };
}

async function run(command, args, env) {
  const child = spawn(command, args, { stdio: 'inherit', env: { ...process.env, ...env } });
  return new Promise((resolve) => child.on('close', (code) => resolve(code ?? 1)));
}
