/** `evaluate`: what the firewall does on labelled texts, with intervals. */

import { writeFile } from 'node:fs/promises';
import { availableParallelism, cpus } from 'node:os';
import type { Firewall } from '@alknet/firewall-core';
import type { HtmlReportOptions, Judged, RenderChart } from '@alknet/firewall-trainer';
import type { Command } from 'commander';
import { openForMany } from '../input/firewall-for-many.ts';
import { renderReport } from '../render/figures.ts';
import { stepReporter } from '../render/steps.ts';

interface EvaluateFlags {
  readonly data: string;
  readonly config?: string;
  readonly json?: string;
  readonly report?: string;
  readonly showText?: boolean;
}

/** Adds the subcommand. */
export function addEvaluate(program: Command): void {
  program
    .command('evaluate')
    .description('Screen a folder of labelled texts and print recall, false alarms and calibration.')
    .requiredOption(
      '-d, --data <folder>',
      'a folder of .jsonl files {"text", "label", "source"?, "category"?, "lang"?}',
    )
    .option('-c, --config <file>', 'a firewall.toml')
    .option('--json <file>', 'write the figures as JSON')
    .option('--report <file>', 'write a page of HTML with charts and the worst mistakes (needs vega and vega-lite)')
    .option('--show-text', 'show the texts of the worst mistakes in the page, not only their ids')
    .action(evaluate);
}

async function evaluate(flags: EvaluateFlags): Promise<void> {
  const { chartRenderer, report } = await import('@alknet/firewall-trainer');
  // Before screening, which may take an hour, not after it.
  const render = flags.report === undefined ? undefined : await chartRenderer();
  await using firewall = await openForMany(flags.config);
  const judged = await judgeFolder(firewall, flags.data);
  const reports = (['prompt', 'data'] as const)
    .filter((head) => judged.some((entry) => entry.head === head))
    .map((head) => report(head, judged));
  for (const entry of reports) process.stdout.write(renderReport(entry));
  if (flags.json !== undefined) await writeFile(flags.json, `${JSON.stringify(reports, null, 2)}\n`);
  if (flags.report !== undefined && render !== undefined)
    await writeFile(flags.report, await page(judged, render, firewall, flags));
}

async function judgeFolder(firewall: Firewall, folder: string): Promise<Judged[]> {
  const { headFor, readFolder, roleOfHead } = await import('@alknet/firewall-trainer');
  const samples = await readFolder(folder);
  const items = samples.map((sample) => ({ text: sample.text, role: roleOfHead[headFor(sample)] }));
  const progress = stepReporter(process.stderr);
  const judged: Judged[] = [];
  for await (const verdict of firewall.screenMany(items)) {
    const sample = samples[judged.length] as (typeof samples)[number];
    judged.push({ sample, head: headFor(sample), verdict });
    progress('screening', judged.length / samples.length);
  }
  return judged;
}

async function page(
  judged: readonly Judged[],
  render: RenderChart,
  { info }: Firewall,
  { data, showText = false }: EvaluateFlags,
): Promise<string> {
  const { htmlReport } = await import('@alknet/firewall-trainer');
  const facts: HtmlReportOptions['facts'] = [
    ['data', data],
    ['model', `${info.model.name} (graph ${info.model.graphSha256.slice(0, 12)})`],
    ['codebook', `${info.codebook.name} (${info.codebook.sha256.slice(0, 12)})`],
    ['made on', new Date().toISOString().slice(0, 10)],
    ['machine', `${cpus()[0]?.model ?? process.arch}, ${availableParallelism()} processors, Node ${process.version}`],
  ];
  return htmlReport(judged, render, { facts, showText });
}
