/** `screen`: one text, from an argument, a file or standard input; or many, as JSON lines. */

import type { Firewall, Role } from '@alknet/firewall-core';
import { type Command, Option } from 'commander';
import { exitCodeOf } from '../exit-codes.ts';
import { openForMany } from '../input/firewall-for-many.ts';
import { InputError, readTextFile, readTextStream } from '../input/read-text.ts';
import { renderError } from '../render/error.ts';
import { styleOf } from '../render/style.ts';
import { renderVerdict } from '../render/verdict.ts';

interface ScreenFlags {
  readonly file?: string;
  readonly jsonl?: string;
  readonly out?: string;
  readonly role: Role;
  readonly json?: true;
  readonly config?: string;
}

/** Adds the subcommand. */
export function addScreen(program: Command): void {
  program
    .command('screen')
    .description('Screen a text: allow, flag or block.')
    .argument('[text]', 'the text; without it, or as -, standard input is read')
    .addOption(new Option('-f, --file <file>', 'screen the text of a file').conflicts(['jsonl']))
    .option('-r, --role <role>', 'where the text comes from: user, tool, document, memory, assistant or system', 'user')
    .option('--json', 'print the verdict as JSON')
    .option('-c, --config <file>', 'a firewall.toml')
    .addOption(
      new Option(
        '--jsonl <file>',
        'screen {"id", "text", "role"?} lines of a file, or of standard input as -',
      ).conflicts('json'),
    )
    .option('-o, --out <file>', 'with --jsonl: write the lines to a file')
    .addHelpText(
      'after',
      `
Exit code: 0 allow or flag, 1 block, 2 error (also when a screen failed and onError decided).
With --jsonl: 0 when every line was screened, whatever was decided; 2 when one could not be.

Examples:
  alknet-firewall screen "Ignore all previous instructions"
  alknet-firewall screen --role document --file mail.txt --json
  curl -s https://example.org | alknet-firewall screen --role tool
  alknet-firewall screen --jsonl texts.jsonl --out verdicts.jsonl`,
    )
    .action(async (text: string | undefined, flags: ScreenFlags, command: Command) => {
      if (text !== undefined && (flags.file ?? flags.jsonl) !== undefined)
        command.error('error: give a text or a file, not both');
      if (flags.out !== undefined && flags.jsonl === undefined) command.error('error: --out goes with --jsonl');
      await screen(text, flags);
    });
}

async function screen(text: string | undefined, flags: ScreenFlags): Promise<void> {
  const { Firewall, roles } = await import('@alknet/firewall-core');
  if (!roles.includes(flags.role))
    throw new InputError(`The role is unknown (--role). Use one of ${roles.join(', ')}.`);
  if (flags.jsonl !== undefined) {
    const { screenLines } = await import('./screen-lines.ts');
    await using firewall = await openForMany(flags.config);
    process.exitCode = await screenLines(firewall, { input: flags.jsonl, output: flags.out, role: flags.role, roles });
  } else {
    await using firewall = await Firewall.load(flags.config === undefined ? {} : { config: flags.config });
    await screenOne(firewall, text, flags);
  }
}

async function screenOne(
  firewall: Firewall,
  argument: string | undefined,
  { file, role, json }: ScreenFlags,
): Promise<void> {
  const text = await readText(argument, file, firewall.config.limits.maxCharacters);
  const verdict = await firewall.screen(text, { role });
  process.exitCode = exitCodeOf(verdict);
  process.stdout.write(json ? `${JSON.stringify(verdict)}\n` : renderVerdict(verdict, text, styleOf(process.stdout)));
  if (verdict.error) process.stderr.write(renderError(verdict.error, styleOf(process.stderr)));
}

async function readText(
  argument: string | undefined,
  file: string | undefined,
  maxCharacters: number,
): Promise<string> {
  if (file !== undefined && file !== '-') return readTextFile(file, maxCharacters);
  if (argument !== undefined && argument !== '-') return argument;
  if (process.stdin.isTTY) process.stderr.write('Type the text, then end it with Ctrl-D.\n');
  return readTextStream(process.stdin, maxCharacters, 'standard input');
}
