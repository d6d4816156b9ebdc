/** `calibrate`: thresholds for a false positive rate on a user's own harmless traffic. */

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { HeadName, Role } from '@alknet/firewall-core';
import type { Command } from 'commander';
import { openForMany } from '../input/firewall-for-many.ts';
import { stepReporter } from '../render/steps.ts';

interface CalibrateFlags {
  readonly data: string;
  readonly fpr: string;
  readonly config?: string;
  readonly out: string;
}

const dataRoles: ReadonlySet<Role> = new Set(['tool', 'document', 'memory']);

/** Adds the subcommand. */
export function addCalibrate(program: Command): void {
  program
    .command('calibrate')
    .description(
      'Set thresholds on your own harmless texts: JSON lines {"text", "role"?}. Attacks in them spoil the result.',
    )
    .requiredOption('-d, --data <file>', 'harmless texts as they come in')
    .option('--fpr <rate>', 'share of them that may be blocked', '0.01')
    .option('-c, --config <file>', 'a firewall.toml')
    .requiredOption('-o, --out <file>', 'the codebook to write; name it in firewall.toml as `codebook`')
    .action(calibrate);
}

async function calibrate(flags: CalibrateFlags): Promise<void> {
  const { parseCodebook, serialiseCodebook } = await import('@alknet/firewall-core');
  const { recalibrate } = await import('@alknet/firewall-trainer');
  const { readLabelless } = await import('../input/traffic.ts');
  const items = await readLabelless(flags.data);
  await using firewall = await openForMany(flags.config);
  const progress = stepReporter(process.stderr);
  const scores: Record<HeadName, number[]> = { prompt: [], data: [] };
  let done = 0;
  for await (const { role, score, status } of firewall.screenMany(items)) {
    if (status === 'ok') scores[dataRoles.has(role) ? 'data' : 'prompt'].push(score);
    progress('screening', ++done / items.length);
  }
  const file = firewall.config.codebook ?? (await embeddedCodebook());
  const changed = recalibrate(parseCodebook(await readFile(file), file), scores, Number(flags.fpr));
  await writeFile(flags.out, serialiseCodebook(changed));
  for (const head of ['prompt', 'data'] as const) {
    const { balanced } = changed.heads[head].presets;
    const measured =
      scores[head].length === 0
        ? 'unchanged, no texts'
        : `${(balanced.falsePositiveRate * 100).toFixed(2)} % of ${scores[head].length} texts`;
    process.stdout.write(
      `${head}: block at ${balanced.block.toFixed(4)}, flag at ${balanced.flag.toFixed(4)} (${measured})\n`,
    );
  }
  process.stderr.write(`wrote ${flags.out}\n`);
}

async function embeddedCodebook(): Promise<string> {
  const { modelDirectory } = await import('@alknet/firewall-smollm2');
  return join(fileURLToPath(modelDirectory), 'codebook.safetensors');
}
