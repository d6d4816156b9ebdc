/** `evaluate`: what the firewall does on labelled texts, with intervals. */

import { writeFile } from 'node:fs/promises';
import type { Judged } from '@alknet/firewall-trainer';
import type { Command } from 'commander';
import { renderReport } from '../render/figures.ts';
import { stepReporter } from '../render/steps.ts';

interface EvaluateFlags {
  readonly data: string;
  readonly config?: string;
  readonly json?: string;
}

/** Adds the subcommand. */
export function addEvaluate(program: Command): void {
  program
    .command('evaluate')
    .description('Screen a folder of labelled texts and print recall, false alarms and calibration.')
    .requiredOption('-d, --data <folder>', 'a folder of .jsonl files {"text", "label", "source"?, "category"?}')
    .option('-c, --config <file>', 'a firewall.toml')
    .option('--json <file>', 'write the figures as JSON')
    .action(evaluate);
}

async function evaluate(flags: EvaluateFlags): Promise<void> {
  const { Firewall } = await import('@alknet/firewall-core');
  const { headFor, readFolder, report, roleOfHead } = await import('@alknet/firewall-trainer');
  await using firewall = await Firewall.load(flags.config === undefined ? {} : { config: flags.config });
  const samples = await readFolder(flags.data);
  const items = samples.map((sample) => ({ text: sample.text, role: roleOfHead[headFor(sample)] }));
  const progress = stepReporter(process.stderr);
  const judged: Judged[] = [];
  for await (const verdict of firewall.screenMany(items)) {
    const sample = samples[judged.length] as (typeof samples)[number];
    judged.push({ sample, head: headFor(sample), verdict });
    progress('screening', judged.length / samples.length);
  }
  const reports = (['prompt', 'data'] as const)
    .filter((head) => judged.some((entry) => entry.head === head))
    .map((head) => report(head, judged));
  for (const entry of reports) process.stdout.write(renderReport(entry));
  if (flags.json !== undefined) await writeFile(flags.json, `${JSON.stringify(reports, null, 2)}\n`);
}
