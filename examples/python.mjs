/** Runs an example's Python program against a real `alknet-firewall serve`, and against no server: one line a check. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { environment, findPython, pip, startServer } from '../packages/adapter-llamafirewall/scripts/frameworks.mjs';

/** An address of the loopback that nobody listens on. */
const nobody = 'http://127.0.0.1:9';

/**
 * @param {object} example
 * @param {URL} example.example its folder
 * @param {string} example.adapter folder of the package whose requirements.txt it needs
 * @param {string} example.environmentName shared with that package's own tests
 * @param {string[]} [example.wheels] folders of the package that are installed besides
 * @param {string} example.program
 * @param {(url: string) => { env?: object, args?: string[] }} example.settings tells the program where the server is
 * @param {string} example.expected what it prints
 * @param {string} example.expectedDown what it prints where no server answers
 */
export async function testPython({
  example,
  adapter,
  environmentName,
  wheels = [],
  program,
  settings,
  expected,
  expectedDown,
}) {
  const python = findPython();
  if (python === undefined) {
    console.log('SKIPPED: no Python 3.10 to 3.13 with venv was found\n0 passed, 0 failed, 1 skipped');
    return;
  }
  const folder = fileURLToPath(new URL(`../packages/${adapter}/`, import.meta.url));
  const interpreter = environment(python, environmentName, join(folder, 'requirements.txt'));
  for (const wheel of wheels) pip(interpreter, '--no-deps', '--force-reinstall', join(folder, wheel));
  const cwd = fileURLToPath(example);
  const printed = (url) => {
    const { env = {}, args = [] } = settings(url);
    const options = { cwd, encoding: 'utf8', env: { ...process.env, NO_PROXY: '127.0.0.1', ...env } };
    const { stdout, stderr } = spawnSync(interpreter, ['-X', 'utf8', '-B', program, ...args], options);
    return { stdout, stderr };
  };

  const { child, url } = await startServer({});
  const outcomes = [];
  try {
    outcomes.push(['with the firewall', printed(url), expected]);
  } finally {
    child.kill();
  }
  outcomes.push(['without it', printed(nobody), expectedDown]);
  for (const [name, { stdout, stderr }, wanted] of outcomes)
    console.log(
      stdout === wanted ? `PASS ${program} ${name}` : `FAIL ${program} ${name}: ${JSON.stringify(stdout)}\n${stderr}`,
    );
  const failed = outcomes.filter(([, { stdout }, wanted]) => stdout !== wanted).length;
  console.log(`${outcomes.length - failed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}
