/** The two inference servers that remote activations are tested on and measured against, each a process on the loopback. */
import { execFileSync, spawn } from 'node:child_process';
import { copyFileSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { environment, findPython } from '../../packages/adapter-llamafirewall/scripts/frameworks.mjs';
import { root } from '../pnpm.mjs';

const folder = fileURLToPath(new URL('.', import.meta.url));
/** numpy 1.26, which Triton's Python backend needs, has wheels up to 3.12; onnxruntime 1.30 from 3.11. */
const pythonCheck = 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 13))';
/** What nvidia-pytriton's one wheel is built for. */
const glibc = [2, 35];
/** Milliseconds that a server may take to be ready: 2 s where the machine has nothing else to do. */
const startMs = 120_000;

/** Why the engines cannot run here, or undefined. */
export function unavailable() {
  if (process.platform !== 'linux' || process.arch !== 'x64') return 'their wheels are for Linux on x86-64';
  const [major, minor] = (process.report.getReport().header.glibcVersionRuntime ?? '0.0').split('.').map(Number);
  if (major < glibc[0] || (major === glibc[0] && minor < glibc[1]))
    return `Triton's wheel needs glibc ${glibc.join('.')}`;
  return findPython(pythonCheck) === undefined ? 'no Python 3.11 or 3.12 with venv was found' : undefined;
}

/** The Python that has both engines; made once, in a folder that git ignores. */
export function interpreter() {
  return environment(findPython(pythonCheck), 'remote', join(folder, 'requirements.txt'));
}

/** Writes a Triton repository with the command that users have. */
export function writeRepository(model, repository, ...flags) {
  const cli = join(root, 'packages/model-export/dist/cli.js');
  return execFileSync(process.execPath, [cli, 'triton', model, '--out', repository, ...flags]).toString();
}

/** Triton 2.51, from the wheel of nvidia-pytriton. */
export async function startTriton(python, repository, port) {
  const paths = JSON.parse(
    execFileSync(python, [
      '-c',
      'import json, sys, sysconfig; print(json.dumps([sysconfig.get_path("purelib"), "%d.%d" % sys.version_info[:2]]))',
    ]).toString(),
  );
  const server = join(paths[0], 'pytriton/tritonserver');
  const stub = 'triton_python_backend_stub';
  // The backend looks for the stub of this Python beside itself; pytriton's own launcher copies it too.
  const installed = join(server, 'backends/python', stub);
  if (!existsSync(installed)) copyFileSync(join(server, 'python_backend_stubs', paths[1], stub), installed);
  const flags = {
    'model-repository': repository,
    'backend-directory': join(server, 'backends'),
    'http-address': '127.0.0.1',
  };
  const args = Object.entries({ ...flags, 'allow-grpc': 'false', 'allow-metrics': 'false' });
  const env = {
    // The stub takes its interpreter from the path.
    PATH: `${dirname(python)}:${process.env.PATH}`,
    LD_LIBRARY_PATH: join(paths[0], 'nvidia_pytriton.libs'),
  };
  const at = port ?? (await freePort());
  const memory = `alknet_${at}_`;
  const options = [`--http-port=${at}`, `--backend-config=python,shm-region-prefix-name=${memory}`];
  const launch = () =>
    start(join(server, 'bin/tritonserver'), [...args.map(([key, value]) => `--${key}=${value}`), ...options], {
      env,
      port: at,
    });
  const clean = () => {
    for (const name of readdirSync('/dev/shm')) if (name.startsWith(memory)) rmSync(`/dev/shm/${name}`);
  };
  // On a starved machine its stubs may give up on a lock while they start (boost::interprocess::lock_exception).
  const running = await launch().catch((error) => {
    clean();
    if (String(error).includes('lock_exception')) return launch();
    throw error;
  });
  return {
    ...running,
    /** Ends the server, and the memory that it shared with its stubs. */
    async kill() {
      await running.kill();
      clean();
    },
  };
}

/** Child processes: Triton's stubs, which run the Python backend. */
export function childrenOf(pid) {
  const threads = readdirSync(`/proc/${pid}/task`);
  return threads.flatMap((thread) => {
    const children = readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').trim();
    return children === '' ? [] : children.split(' ').map(Number);
  });
}

/** KServe's model server with a custom model. */
export async function startKServe(python, graph, name) {
  const port = await freePort();
  return start(python, ['-B', join(folder, 'kserve_server.py'), graph, name, '--http_port', String(port)], { port });
}

/** Runs a server until it is ready; `kill` ends it at once. */
async function start(command, args, { env = {}, port }) {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      log = (log + text).slice(-20_000);
    });
  }
  const ended = new Promise((wake) => child.once('close', wake));
  const kill = async () => {
    // Triton's stubs first, which would outlive it.
    if (child.exitCode === null) for (const pid of childrenOf(child.pid)) process.kill(pid, 'SIGKILL');
    child.kill('SIGKILL');
    await ended;
  };
  const url = `http://127.0.0.1:${port}`;
  const until = performance.now() + startMs;
  while (!(await isReady(url))) {
    if (child.exitCode !== null || performance.now() > until) {
      await kill();
      throw new Error(`${command} did not start:\n${log}`);
    }
    await wait(100);
  }
  return { url, port, pid: child.pid, kill };
}

async function isReady(url) {
  const signal = AbortSignal.timeout(1000);
  return fetch(`${url}/v2/health/ready`, { signal }).then(
    ({ ok }) => ok,
    () => false,
  );
}

async function freePort() {
  const server = createServer();
  await new Promise((wake) => server.listen(0, '127.0.0.1', wake));
  const { port } = server.address();
  await new Promise((wake) => server.close(wake));
  return port;
}
