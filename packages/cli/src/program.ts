/** Puts the subcommands together and turns every failure into a line on stderr and exit code 2. */

import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { addCalibrate } from './commands/calibrate.ts';
import { addConfig } from './commands/config.ts';
import { addDoctor } from './commands/doctor.ts';
import { addEvaluate } from './commands/evaluate.ts';
import { addNemoConfig } from './commands/nemo-config.ts';
import { addScreen } from './commands/screen.ts';
import { addServe } from './commands/serve.ts';
import { addTrain } from './commands/train.ts';
import { exitCodes } from './exit-codes.ts';
import { renderError } from './render/error.ts';
import { styleOf } from './render/style.ts';

/** Adds one subcommand. Its action imports what is heavy, so that `--help` is instant and `doctor` can run when that fails. */
type AddCommand = (program: Command) => void;

const commands: readonly AddCommand[] = [
  addScreen,
  addServe,
  addDoctor,
  addConfig,
  addNemoConfig,
  addTrain,
  addCalibrate,
  addEvaluate,
];

/** Runs the command line and sets `process.exitCode`. */
export async function run(args: readonly string[]): Promise<void> {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', endQuietly);
  const program = new Command('alknet-firewall')
    .description('Screens text that goes into a language model, on this machine.')
    .version(version(), '-V, --version')
    .showHelpAfterError('(add --help for usage)')
    .exitOverride();
  for (const add of commands) add(program);
  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) {
      // Commander has printed it already. Its own code for a usage error is 1, which here means block.
      process.exitCode = error.exitCode === 0 ? exitCodes.ok : exitCodes.error;
      return;
    }
    process.stderr.write(renderError(error, styleOf(process.stderr)));
    process.exitCode = exitCodes.error;
  }
}

/** The reader has gone (`| head`): nothing more can be said, and nothing is wrong. */
function endQuietly(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit(process.exitCode ?? exitCodes.error);
  throw error;
}

function version(): string {
  return JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version;
}
