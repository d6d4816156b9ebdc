/** Tests the built server against its own OpenAPI document with schemathesis, with a token and the real firewall. */
import { spawn, spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('..', import.meta.url));
const root = join(folder, '../..');
const requirements = join(folder, 'test-python/requirements.txt');
const settings = join(folder, 'test-python/schemathesis.toml');

/** Schemathesis runs on these; newer ones are not tried here. */
const pythons = ['python3', 'python3.13', 'python3.12', 'python3.11', 'python3.10', 'python'];
const pythonCheck = 'import sys, venv, ensurepip; sys.exit(sys.version_info[:2] < (3, 10))';

/** Cases that are generated for each operation, from one seed: the same ones each time. */
const examples = '20';
const seed = '1';

/** Milliseconds that the server may take to load the model. */
const startMs = 60_000;

const python = pythons.find((name) => spawnSync(name, ['-c', pythonCheck]).status === 0);
if (python === undefined) {
  const line = '!'.repeat(80);
  console.log(
    `\n${line}\n!!  SKIPPED openapi: no Python 3.10 or newer with venv was found. Nothing was tested.\n${line}\n`,
  );
} else {
  const token = randomBytes(16).toString('hex');
  const server = await startServer(token);
  try {
    const args = ['-m', 'schemathesis.cli', '--config-file', settings, 'run', `${server.url}/openapi.json`];
    const flags = ['--phases', 'examples,coverage,fuzzing', '-n', examples, '--seed', seed, '--continue-on-failure'];
    const auth = ['-H', `Authorization: Bearer ${token}`];
    const { status } = spawnSync(environment(), [...args, ...flags, ...auth, '--suppress-health-check', 'all'], {
      stdio: 'inherit',
      cwd: join(root, '.cache'),
    });
    process.exitCode = status ?? 1;
  } finally {
    server.child.kill();
  }
}

/** Made once for each list of requirements and each Python, in a folder that git ignores. */
function environment() {
  const version = spawnSync(python, ['-VV']).stdout;
  const hash = createHash('sha256').update(version).update(readFileSync(requirements)).digest('hex').slice(0, 12);
  const venv = join(root, '.cache/python', `openapi-${hash}`);
  const interpreter = join(venv, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');
  const complete = join(venv, 'complete');
  if (existsSync(complete)) return interpreter;
  rmSync(venv, { recursive: true, force: true });
  mkdirSync(venv, { recursive: true });
  succeed(spawnSync(python, ['-m', 'venv', venv], { stdio: 'inherit' }), 'venv');
  const install = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-deps', '-r', requirements];
  succeed(spawnSync(interpreter, install, { stdio: 'inherit' }), 'pip');
  writeFileSync(complete, '');
  return interpreter;
}

function succeed({ status, error }, what) {
  if (status !== 0) throw new Error(`${what} failed`, { cause: error });
}

function startServer(token) {
  const bin = join(folder, 'dist/main.js');
  const env = { ...process.env, ALKNET_FIREWALL_TOKEN: token };
  const child = spawn(process.execPath, [bin, 'serve', '--port', '0'], { stdio: ['ignore', 'ignore', 'pipe'], env });
  let err = '';
  return new Promise((resolve, reject) => {
    const fail = () => reject(new Error(`The server did not start: ${err}`));
    setTimeout(fail, startMs).unref();
    child.on('error', fail).on('exit', fail);
    child.stderr.setEncoding('utf8').on('data', (chunk) => {
      err += chunk;
      const url = /Listening on (http:\S+)/.exec(err)?.[1];
      if (url !== undefined) resolve({ child, url });
    });
  });
}
