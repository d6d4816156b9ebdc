/** `train`: labelled texts to a codebook, resumable. */

import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { HeldOutReport } from '@alknet/firewall-trainer';
import type { Command } from 'commander';
import { renderHeldOut } from '../render/figures.ts';
import { stepReporter } from '../render/steps.ts';

interface TrainFlags {
  readonly data: readonly string[];
  readonly evaluation?: string;
  readonly corpus: boolean;
  readonly compositions: string;
  readonly model?: string;
  readonly cache: string;
  readonly out: string;
  readonly name: string;
  readonly report?: string;
}

/** Adds the subcommand. */
export function addTrain(program: Command): void {
  program
    .command('train')
    .description('Train a codebook on labelled texts: JSON lines {"text", "label", "source"?, "category"?, "role"?}.')
    .option('-d, --data <folder...>', 'folders of .jsonl files', [])
    .option('--evaluation <folder>', 'texts that results are reported on: near copies are dropped from training')
    .option('--no-corpus', 'leave out the texts that come with this program')
    .option('--compositions <count>', 'documents to put orders into', '3000')
    .option('-m, --model <folder>', 'a detector model; default: the embedded one')
    .option('--cache <folder>', 'activations of earlier runs, to resume from', '.cache/activations')
    .option('-n, --name <name>', 'name of the codebook', 'custom')
    .option('--report <file>', 'write the held-out figures as JSON')
    .requiredOption('-o, --out <file>', 'the codebook to write')
    .action(trainCommand);
}

async function trainCommand(flags: TrainFlags): Promise<void> {
  const { heldOutReport, readCorpus, readFolder, train, trainingSet } = await import('@alknet/firewall-trainer');
  const { modelDirectory } = await import('@alknet/firewall-smollm2');
  const rows = (await Promise.all(flags.data.map((folder) => readFolder(folder)))).flat();
  const evaluation = flags.evaluation === undefined ? [] : await readFolder(flags.evaluation);
  const corpus = flags.corpus ? await readCorpus() : [];
  const set = trainingSet({ rows, corpus, evaluation, compositions: Number(flags.compositions), seed: 1 });
  process.stderr.write(
    `${set.samples.length} texts (${set.nearCopies} near copies of evaluation texts dropped, ` +
      `${set.duplicates} duplicates, ${set.thinned} of large sources left out)\n`,
  );
  const progress = stepReporter(process.stderr);
  const { heads } = await train({
    model: flags.model ?? fileURLToPath(modelDirectory),
    samples: set.samples,
    cache: flags.cache,
    out: flags.out,
    name: flags.name,
    progress,
  });
  const reports: Record<string, HeldOutReport> = {
    prompt: heldOutReport(heads.prompt),
    data: heldOutReport(heads.data),
  };
  for (const [head, report] of Object.entries(reports)) process.stdout.write(renderHeldOut(head, report));
  if (flags.report !== undefined) await writeFile(flags.report, `${JSON.stringify(reports, null, 2)}\n`);
  process.stderr.write(`wrote ${flags.out}\n`);
}
