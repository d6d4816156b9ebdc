/**
 * Licences of every package of others that ours depend on when they run, read from the tree that the lock file installs.
 * `third-party-licenses.mjs` fails where THIRD_PARTY_LICENSES is out of date; with `--update` it writes the file.
 */
import { existsSync, readdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { publicPackages } from './packed.mjs';
import { root } from './pnpm.mjs';

const file = `${root}/THIRD_PARTY_LICENSES`;
/** Licences that ask for no more than to be named. */
const permissive = new Set([
  ...['MIT', 'ISC', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD', 'BlueOak-1.0.0'],
  ...['(Apache-2.0 AND BSD-3-Clause)', '(MIT OR CC0-1.0)'],
]);
const found = new Map();
for (const { folder } of publicPackages) collect(folder);

const entries = [...found.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
const other = entries.filter(({ license }) => !permissive.has(license));
for (const { id, license } of other)
  console.log(`${id} has the licence ${license}: decide, and name it in ${import.meta.filename}`);
const text = `Packages that the published packages depend on when they run, with their licences.
Written by \`npm run licenses\`; CI checks that it is current.

${entries.map(({ id, license }) => `${id}: ${license}`).join('\n')}

${entries.map(({ id, license, text }) => `${'='.repeat(80)}\n${id} (${license})\n\n${text}`).join('\n')}`;

if (process.argv.includes('--update')) writeFileSync(file, text);
const current = existsSync(file) && readFileSync(file, 'utf8') === text;
if (!current) console.log('THIRD_PARTY_LICENSES is out of date: run `npm run licenses` and commit it.');
console.log(`third-party licences: ${entries.length} packages, ${current ? 'current' : 'out of date'}`);
process.exit(current && other.length === 0 ? 0 : 1);

/** Walks the dependencies as Node would resolve them. */
function collect(folder) {
  const { dependencies = {} } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  for (const name of Object.keys(dependencies)) {
    if (name.startsWith('@alknet/')) continue;
    const path = resolve(folder, name);
    const { version, license } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'));
    const id = `${name} ${version}`;
    if (found.has(id)) continue;
    found.set(id, { id, license: license ?? 'not named', text: licenseText(path) });
    collect(path);
  }
}

function resolve(folder, name) {
  for (let at = folder; at !== dirname(at); at = dirname(at)) {
    const path = join(at, 'node_modules', name);
    if (existsSync(path)) return realpathSync(path);
  }
  throw new Error(`${name}, which ${folder} depends on, is not installed`);
}

function licenseText(path) {
  const names = readdirSync(path)
    .filter((name) => /^(licen[cs]e|copying|notice)/i.test(name))
    .sort();
  if (names.length === 0) return 'The package holds no licence text.\n';
  return names.map((name) => `${readFileSync(join(path, name), 'utf8').replaceAll('\r\n', '\n').trim()}\n`).join('\n');
}
