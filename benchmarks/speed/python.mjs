/** Python packages that a benchmark needs, apart from the machine's own. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './run.mjs';

/** Installs the requirements in a virtual environment in `folder` once. @returns its interpreter */
export function python(folder, requirements) {
  const interpreter = join(folder, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');
  const installed = join(folder, 'installed.txt');
  const wanted = readFileSync(requirements, 'utf8');
  if (!existsSync(installed) || readFileSync(installed, 'utf8') !== wanted) {
    console.log(`installing the Python packages of ${requirements}`);
    run('python3', ['-m', 'venv', folder]);
    run(interpreter, ['-m', 'pip', 'install', '--quiet', '-r', requirements]);
    writeFileSync(installed, wanted);
  }
  return interpreter;
}
