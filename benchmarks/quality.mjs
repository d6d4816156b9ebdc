/** `npm run bench:quality`: both profiles on the benchmark, and the held-out figures of their training. `-- default` or `-- deep` for one. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { table } from './ablation/table.mjs';

const root = new URL('..', import.meta.url).pathname;
const profiles = { default: 'packages/smollm2', deep: 'packages/smollm2-deep' };
const asked = process.argv.slice(2);

for (const [profile, folder] of Object.entries(profiles)) {
  if (asked.length > 0 && !asked.includes(profile)) continue;
  console.log(`# ${profile}: ${folder}\n`);
  evaluate(join(root, folder, 'data'));
  console.log('## Families of training sources left out, as measured when this codebook was trained\n');
  for (const [head, report] of Object.entries(JSON.parse(readFileSync(join(root, folder, 'held-out.json'), 'utf8')))) {
    printHeldOut(head, report);
  }
}

function evaluate(model) {
  const scratch = mkdtempSync(join(tmpdir(), 'quality-'));
  const config = join(scratch, 'firewall.toml');
  writeFileSync(config, `model = ${JSON.stringify(model)}\n`);
  const command = ['run', '-s', 'firewall', '--', 'evaluate', '--data', '../shared/datasets/benchmark', '-c', config];
  const { status } = spawnSync('npm', command, { cwd: root, stdio: 'inherit' });
  rmSync(scratch, { recursive: true });
  if (status !== 0) process.exit(1);
}

function printHeldOut(head, { macroRecallAt1, auc, calibrationError, families, falsePositivesByLength }) {
  const three = (value) => value.toFixed(3);
  console.log(
    `${head} head: macro recall ${three(macroRecallAt1)} at 1 % of harmless traffic, AUC ${three(auc)}, calibration error ${three(calibrationError)}`,
  );
  for (const [family, recall] of Object.entries(families)) console.log(`  ${three(recall)} ${family}`);
  for (const [bucket, { texts, share }] of Object.entries(falsePositivesByLength)) {
    console.log(`  false positives, ${bucket} segments: ${three(share)} of ${texts} texts`);
  }
}

const ablationsFile = `${root}/packages/smollm2/ablations.json`;
if (existsSync(ablationsFile)) {
  const ablations = JSON.parse(readFileSync(ablationsFile, 'utf8'));
  console.log(`\n# What each part is worth, as \`${ablations.command}\` measured it\n`);
  console.log(table(ablations));
} else console.log('\nNo ablations yet: `npm run bench:ablation` measures them.');
