/**
 * Fills deploy/packages for `docker build`, runs the first stage of deploy/Dockerfile in a folder, checks that the result works,
 * and prints what it weighs: the layer that the image adds to its base. `image.mjs OUT.tar.gz` keeps it.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { packAll } from './packed.mjs';
import { root } from './pnpm.mjs';

const inImage = /^@alknet\/firewall(-(core|smollm2|model-export|trainer|llamafirewall|nemo))?$/;
const context = `${root}/deploy`;
rmSync(`${context}/packages`, { recursive: true, force: true });
for (const { name, file } of packAll(`${context}/packages`)) if (!inImage.test(name)) rmSync(file);

const scratch = mkdtempSync(join(tmpdir(), 'image-'));
const app = join(scratch, 'app');
cpSync(`${context}/packages`, join(app, 'packages'), { recursive: true });
const [, stage] = readFileSync(`${context}/Dockerfile`, 'utf8').split(/^FROM .*$/m);
for (const line of stage.split('\n')) {
  const [instruction, ...rest] = line.split(' ');
  if (instruction === 'COPY') cpSync(join(context, rest[0]), join(app, rest[1]), { recursive: true });
  if (instruction !== 'RUN') continue;
  if (rest[1] === 'prune-runtime.mjs')
    console.log(`${megabytes()} MB before the other platforms' binaries are removed`);
  shell(rest.join(' '));
}
shell('node node_modules/@alknet/firewall/dist/main.js doctor', 'inherit');
const archive = resolve(process.argv[2] ?? join(scratch, 'app.tar.gz'));
shell(`tar -czf ${archive} .`);
console.log(
  `${megabytes()} MB in the image's layer, ${Math.round(statSync(archive).size / 1e6)} MB compressed; the base image comes on top`,
);
rmSync(scratch, { recursive: true });

function megabytes() {
  const { stdout } = spawnSync('du', ['-s', '--apparent-size', '--block-size=1000000', app], { encoding: 'utf8' });
  return Number.parseInt(stdout, 10);
}

function shell(command, stdout = 'ignore') {
  const env = { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'skip' };
  const { status } = spawnSync('sh', ['-c', command], { cwd: app, env, stdio: ['ignore', stdout, 'inherit'] });
  if (status !== 0) throw new Error(`failed: ${command}`);
}
