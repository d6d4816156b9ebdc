/** `train`: labelled texts to a codebook, resumable; with `--add`, a user's own texts into a codebook that is there. */

import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { HeldOutReport } from '@alknet/firewall-trainer';
import { type Command, CommanderError } from 'commander';
import { renderHeldOut } from '../render/figures.ts';
import { stepReporter } from '../render/steps.ts';
import { addToCodebook } from './train-add.ts';

interface TrainFlags {
  readonly data: readonly string[];
  readonly add?: readonly string[];
  readonly config?: string;
  readonly evaluation?: string;
  readonly corpus: boolean;
  readonly compositions?: string;
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
    .option('--add <file...>', 'add these texts to the codebook that is in use, instead of training a new one')
    .option('-c, --config <file>', 'with --add: a firewall.toml, for its model, codebook, preset and windows')
    .option('--evaluation <folder>', 'texts that results are reported on: near copies are dropped from training')
    .option('--no-corpus', 'leave out the texts that come with this program')
    .option('--compositions <count>', 'documents to put orders into; default: as many as for the shipped codebook')
    .option('-m, --model <folder>', 'a detector model; default: the embedded one')
    .option('--cache <folder>', 'activations of earlier runs, to resume from', '.cache/activations')
    .option('-n, --name <name>', 'name of the codebook', 'custom')
    .option('--report <file>', 'write the held-out figures as JSON')
    .requiredOption('-o, --out <file>', 'the codebook to write')
    .action(trainCommand);
}

/** Flags that only training anew knows: their names in commander, and as they are written. */
const onlyAnew = {
  data: '--data',
  evaluation: '--evaluation',
  corpus: '--no-corpus',
  compositions: '--compositions',
  cache: '--cache',
  name: '--name',
  report: '--report',
};

async function trainCommand(flags: TrainFlags, command: Command): Promise<void> {
  const given = (name: string): boolean => command.getOptionValueSource(name) === 'cli';
  if (flags.add === undefined) {
    if (given('config')) throw refusal('--config is for --add');
    return trainAnew(flags);
  }
  for (const [name, written] of Object.entries(onlyAnew)) {
    if (given(name))
      throw refusal(`--add cannot be combined with ${written}: it adds to a codebook and trains none anew`);
  }
  return addToCodebook({ ...flags, add: flags.add });
}

/** A usage error, said as commander says its own. */
function refusal(message: string): CommanderError {
  process.stderr.write(`error: ${message}\n(add --help for usage)\n`);
  return new CommanderError(2, 'alknet.conflictingOption', message);
}

async function trainAnew(flags: TrainFlags): Promise<void> {
  const { heldOutReport, readCorpus, readFolder, train, trainingSet } = await import('@alknet/firewall-trainer');
  const { modelDirectory } = await import('@alknet/firewall-smollm2');
  const rows = (await Promise.all(flags.data.map((folder) => readFolder(folder)))).flat();
  const evaluation = flags.evaluation === undefined ? [] : await readFolder(flags.evaluation);
  const corpus = flags.corpus ? await readCorpus() : [];
  const compositions = flags.compositions === undefined ? {} : { compositions: Number(flags.compositions) };
  const set = trainingSet({ rows, corpus, evaluation, ...compositions, seed: 1 });
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
