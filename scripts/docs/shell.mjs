/** Shell blocks: commands of ours that end by themselves are run, our others are held against what the programs say of themselves; other people's programs are counted and left. */
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { root } from '../pnpm.mjs';

const programs = {
  'alknet-firewall': `${root}/packages/cli/dist/main.js`,
  'alknet-model-export': `${root}/packages/model-export/dist/cli.js`,
};
/** Subcommands that end within seconds and need neither a server nor a corpus. */
const quick = new Set(['screen', 'config', 'doctor', 'nemo-config', 'inspect']);
/** Exit codes of `screen` that are verdicts. */
const verdicts = new Set([0, 1]);
const helps = new Map();

/** @returns `{ run, checked, foreign }`, how many commands; throws where one is wrong */
export function testShell(code, cwd) {
  const counts = { run: 0, checked: 0, foreign: 0 };
  for (const line of commands(code)) {
    const parts = line.split(/\s(?:\||&&|\|\||;)\s|\s&$/).map((part) => ours(part.trim()));
    const checked = parts.map((part) => check(part.split(/\s+/))).some(Boolean);
    const mine = parts.filter((part) => part.split(' ')[0] in programs);
    const runs = mine.length === parts.length && mine.every((part) => quick.has(part.split(' ')[1]));
    if (runs) execute(ours(line), cwd);
    counts[runs ? 'run' : checked ? 'checked' : 'foreign']++;
  }
  return counts;
}

/** Comments dropped, continued lines joined. */
function commands(code) {
  return code
    .replace(/\\\n\s*/g, ' ')
    .split('\n')
    .map((line) => line.replace(/(^|\s)#.*$/, '').trim())
    .filter((line) => line !== '');
}

/** `npx @alknet/firewall`, `npm run -s firewall --` and the command itself are one program; settings before it are dropped. */
function ours(command) {
  return command
    .replace(/^(?:npx (?:--yes )?@alknet\/firewall|npm run -s firewall --)(?=\s|$)/, 'alknet-firewall')
    .replace(/^(?:npx alknet-model-export|npm run -s model-export --)(?=\s|$)/, 'alknet-model-export')
    .replace(/^(?:[A-Z_]+=(?:"[^"]*"|\$\([^)]*\)|\S*)\s+)+(?=alknet-)/, '');
}

/** Our programs: the subcommand and its flags are in its help. npm: the script or the package is there. @returns whether there was something to check */
function check([name, ...words]) {
  if (name in programs) {
    const [subcommand] = words;
    const help =
      name === 'alknet-firewall' && subcommand !== undefined
        ? helpOf(name, subcommand, '--help')
        : helpOf(name, '--help');
    if (subcommand !== undefined && !subcommand.startsWith('-') && !helpOf(name, '--help').includes(`  ${subcommand}`))
      throw new Error(`${name} has no command ${subcommand}`);
    for (const flag of words.filter((word) => /^--?[a-z]/.test(word)).map((word) => word.split('=')[0]))
      if (!help.includes(flag)) throw new Error(`${name} ${subcommand} has no ${flag}`);
    return true;
  }
  if (name === 'npm' && words[0] === 'run') {
    const script = words.find((word, index) => index > 0 && !word.startsWith('-'));
    if (!scripts().has(script)) throw new Error(`no package has a script ${script}`);
    return true;
  }
  if (/^(npm|pnpm)$/.test(name) && /^(i|install|add)$/.test(words[0])) {
    const named = words.filter((each) => each.startsWith('@alknet/'));
    for (const word of named)
      if (!packages().some((manifest) => manifest.name === word)) throw new Error(`there is no package ${word}`);
    return named.length > 0;
  }
  return false;
}

function helpOf(name, ...args) {
  const key = [name, ...args].join(' ');
  if (!helps.has(key))
    helps.set(key, spawnSync(process.execPath, [programs[name], ...args], { encoding: 'utf8' }).stdout);
  return helps.get(key);
}

function packages() {
  return spawnSync('git', ['ls-files', 'packages/*/package.json', 'package.json'], { cwd: root, encoding: 'utf8' })
    .stdout.trim()
    .split('\n')
    .map((file) => JSON.parse(readFileSync(`${root}/${file}`, 'utf8')));
}

function scripts() {
  return new Set(packages().flatMap((manifest) => Object.keys(manifest.scripts ?? {})));
}

/** Runs a line with our programs on the path. */
function execute(line, cwd) {
  const bin = join(cwd, '.bin');
  if (!existsSync(bin)) {
    mkdirSync(bin, { recursive: true });
    for (const [name, file] of Object.entries(programs)) {
      writeFileSync(join(bin, name), `#!/bin/sh\nexec "${process.execPath}" "${file}" "$@"\n`);
      chmodSync(join(bin, name), 0o755);
    }
  }
  const env = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` };
  const { status, stderr } = spawnSync('bash', ['-c', line], { cwd, env, encoding: 'utf8', timeout: 120_000 });
  if (!(status === 0 || (line.startsWith('alknet-firewall screen') && verdicts.has(status))))
    throw new Error(`exit code ${status} of ${line}: ${stderr}`);
}
