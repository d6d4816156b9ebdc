/** Holds the house rules of the design: who may import whom, how long adapters and source files are. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { root } from './pnpm.mjs';

const scope = '@alknet/';
const core = '@alknet/firewall-core';
const modelData = '@alknet/firewall-smollm2';
const modelExport = '@alknet/firewall-model-export';
const cli = '@alknet/firewall';
const kit = '@alknet/firewall-adapter-kit';
/** Most lines of TypeScript (comments and blank lines not counted) in an adapter. */
const adapterLines = 100;

/** Which of our packages a package may import. */
function allowed(folder) {
  if (folder === 'core') return [modelData];
  if (folder === 'smollm2' || folder.startsWith('smollm2-') || folder === 'model-export') return [];
  if (folder === 'trainer') return [core, modelExport];
  if (folder === 'adapter-kit' || folder === 'playground') return [core];
  if (folder.startsWith('adapter-')) return [core, kit];
  return undefined;
}

const problems = [];
const folders = readdirSync(`${root}/packages`)
  .filter((name) => existsSync(`${root}/packages/${name}/package.json`))
  .sort();
for (const folder of folders) {
  const manifest = JSON.parse(readFileSync(`${root}/packages/${folder}/package.json`, 'utf8'));
  const sources = readdirSync(`${root}/packages/${folder}/src`, { recursive: true })
    .filter((file) => file.endsWith('.ts') && !file.includes('.test.') && !file.startsWith('testing'))
    .map((file) => `packages/${folder}/src/${file}`);
  const imported = new Set(Object.keys(manifest.dependencies ?? {}).filter((name) => name.startsWith(scope)));
  for (const file of sources) {
    const code = withoutComments(readFileSync(`${root}/${file}`, 'utf8'));
    for (const [, name] of code.matchAll(/(?:from|import\()\s*'(@alknet\/[\w-]+)/g)) imported.add(name);
  }
  imported.delete(manifest.name);
  for (const name of imported) {
    const list = allowed(folder);
    if (name === cli || (list !== undefined && !list.includes(name)))
      problems.push(`${manifest.name} must not import ${name}`);
  }
  if (folder.startsWith('adapter-') && folder !== 'adapter-kit') {
    const lines = sources.reduce((sum, file) => sum + codeLines(readFileSync(`${root}/${file}`, 'utf8')), 0);
    if (lines >= adapterLines)
      problems.push(`${manifest.name} has ${lines} lines of TypeScript; an adapter has fewer than ${adapterLines}`);
  }
}

for (const problem of problems) console.error(problem);
console.log(`house rules: ${folders.length} packages checked, ${problems.length} problems`);
process.exit(problems.length === 0 ? 0 : 1);

/** Examples in doc comments may import anything. */
function withoutComments(code) {
  return code.replace(/\/\*[\s\S]*?\*\//g, '');
}

function codeLines(code) {
  return withoutComments(code)
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.trim().startsWith('//')).length;
}
