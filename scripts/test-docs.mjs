/**
 * `npm run test:docs`: every code block of the READMEs and of docs/ is run, or checked as far as it can be. A block that is
 * neither says why in a comment before it (see docs/blocks.mjs). `test-docs.mjs FILE...` takes only those files.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ts from 'typescript';
import { readBlocks } from './docs/blocks.mjs';
import { testShell } from './docs/shell.mjs';
import { root } from './pnpm.mjs';

/** Milliseconds after which a program that serves is taken to be up. */
const servingMs = 10_000;
const python = ['python3', 'python'].find((name) => spawnSync(name, ['--version']).status === 0);

const named = process.argv.slice(2);
const files =
  named.length > 0
    ? named
    : spawnSync('git', ['ls-files', 'README.md', 'packages/*README.md', 'examples/*README.md', 'docs/*.md'], {
        cwd: root,
        encoding: 'utf8',
      })
        .stdout.trim()
        .split('\n');

/** Where programs are run: below docs/, whose package.json names all that they import. */
const project = join(root, 'docs/.cache/blocks');
/** Where they find the files that the pages speak of. */
const folder = mkdtempSync(join(tmpdir(), 'docs-'));
cpSync(join(root, 'scripts/docs/files'), folder, { recursive: true });
rmSync(project, { recursive: true, force: true });
mkdirSync(project, { recursive: true });

const counts = { run: 0, checked: 0, foreign: 0, skipped: 0, failed: 0 };
for (const file of files) {
  for (const block of readBlocks(join(root, file))) {
    const name = `${file}:${block.line} ${block.language}`;
    try {
      if (block.reason !== undefined) {
        counts.skipped++;
        console.log(`SKIP ${name}: ${block.reason}`);
        continue;
      }
      const { run = 0, checked = 0, foreign = 0 } = await test(block);
      counts.run += run;
      counts.checked += checked;
      counts.foreign += foreign;
      console.log(
        `${run + checked > 0 ? 'PASS' : 'READ'} ${name}: ${run} run, ${checked} checked, ${foreign} of other programs`,
      );
    } catch (error) {
      counts.failed++;
      console.log(`FAIL ${name}: ${error.message}`);
    }
  }
}
rmSync(folder, { recursive: true, force: true });
console.log(
  `code blocks and commands: ${counts.run} run to a good exit code, ${counts.checked} checked, ` +
    `${counts.foreign} of other programs only read, ${counts.skipped} skipped`,
);
console.log(`${counts.run + counts.checked} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
process.exit(counts.failed === 0 ? 0 : 1);

/** @returns how many commands were run, checked, or are not ours to check */
async function test({ language, code, setup }) {
  if (language === 'ts' || language === 'js') return runProgram(setup + code);
  if (language === 'sh' || language === 'bash') return testShell(code, folder);
  if (language === 'toml') return checkConfig(code);
  if (language === 'json') {
    JSON.parse(code);
    return { checked: 1 };
  }
  if (language === 'python') {
    succeed(
      spawnSync(python, ['-c', 'import ast, sys; ast.parse(sys.stdin.read())'], { input: code, encoding: 'utf8' }),
    );
    return { checked: 1 };
  }
  if (language === 'text') return {};
  throw new Error(`nothing tests ${language}: say why in a comment (test: skip, ...), or call it text`);
}

function runProgram(code) {
  const file = join(project, `block-${counts.run}.mjs`);
  const options = { target: 'ES2022', module: 'ESNext', verbatimModuleSyntax: true };
  writeFileSync(file, ts.transpileModule(code, { compilerOptions: options }).outputText);
  const serves = /\bserve\(/.test(code);
  const result = spawnSync(process.execPath, [file], {
    cwd: folder,
    encoding: 'utf8',
    timeout: serves ? servingMs : 120_000,
  });
  if (!(serves && result.error?.code === 'ETIMEDOUT' && result.stderr === '')) succeed(result);
  return { run: 1 };
}

async function checkConfig(code) {
  const { loadConfig } = await import(`${root}/packages/core/dist/index.js`);
  const file = join(folder, 'block.toml');
  writeFileSync(file, code);
  await loadConfig({ file, env: {} });
  return { checked: 1 };
}

function succeed({ status, stderr, error }) {
  if (status !== 0) throw new Error(error?.message ?? stderr.trim().split('\n').slice(-12).join('\n'));
}
