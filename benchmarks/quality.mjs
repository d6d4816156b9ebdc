/** `npm run bench:quality`: the shipped firewall on the benchmark, and the held-out figures of its training. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const root = new URL('..', import.meta.url).pathname;
const evaluated = spawnSync(
  'npm',
  ['run', '-s', 'firewall', '--', 'evaluate', '--data', '../shared/datasets/benchmark'],
  {
    cwd: root,
    stdio: 'inherit',
  },
);
if (evaluated.status !== 0) process.exit(1);

console.log('# Families of training sources left out, as measured when the shipped codebook was trained\n');
for (const [head, report] of Object.entries(
  JSON.parse(readFileSync(`${root}/packages/smollm2/held-out.json`, 'utf8')),
)) {
  console.log(
    `${head} head: macro recall ${report.macroRecallAt1.toFixed(3)} at 1 % of harmless traffic, AUC ${report.auc.toFixed(3)}, calibration error ${report.calibrationError.toFixed(3)}`,
  );
  for (const [family, recall] of Object.entries(report.families)) console.log(`  ${recall.toFixed(3)} ${family}`);
  for (const [bucket, { texts, share }] of Object.entries(report.falsePositivesByLength)) {
    console.log(`  false positives, ${bucket} segments: ${share.toFixed(3)} of ${texts} texts`);
  }
}
