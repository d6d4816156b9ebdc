/** `sbom.mjs OUT`: the CycloneDX bill of materials of what a user of `@alknet/firewall` installs, by `npm sbom`. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { packAll } from './packed.mjs';

const [out = 'sbom.cdx.json'] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'sbom-'));
const peers = /-(ai-sdk|openai-agents)$/; // their frameworks are the user's own
const packed = packAll(join(folder, 'packages')).filter(({ name }) => !peers.test(name));
const dependencies = Object.fromEntries(packed.map(({ name, file }) => [name, `file:${file}`]));
writeFileSync(
  join(folder, 'package.json'),
  JSON.stringify({ name: 'alknet-firewall', version: '0.0.0', dependencies }),
);
npm('install', '--no-audit', '--no-fund', '--ignore-scripts');
const bill = npm('sbom', '--sbom-format', 'cyclonedx', '--omit', 'dev', '--sbom-type', 'application');
writeFileSync(resolve(out), bill);
console.log(`${out}: ${JSON.parse(bill).components.length} components, CycloneDX ${JSON.parse(bill).specVersion}`);
rmSync(folder, { recursive: true });

function npm(...args) {
  const { status, stdout, stderr } = spawnSync('npm', args, { cwd: folder, encoding: 'utf8', maxBuffer: 2 ** 28 });
  if (status !== 0) throw new Error(`npm ${args[0]}: ${stderr}`);
  return stdout;
}
