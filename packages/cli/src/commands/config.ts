/** `config check` and `config print`: whether a firewall.toml is right, and what the firewall would run with. */

import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { printableLine } from '../render/printable.ts';
import { renderSettings } from '../render/settings.ts';
import { styleOf } from '../render/style.ts';

const defaultFile = 'firewall.toml';

/** Adds the subcommands. */
export function addConfig(program: Command): void {
  const config = program.command('config').description('Check a firewall.toml, or print the effective settings.');
  config
    .command('check')
    .description('Check a firewall.toml and the FIREWALL_* variables; exit code 0 or 2.')
    .argument('[file]', 'the file', defaultFile)
    .action(check);
  config
    .command('print')
    .description('Print every effective setting and where it came from.')
    .argument('[file]', `the file; without it, ${defaultFile} if there is one`)
    .option('--json', 'print as JSON')
    .action(print);
}

async function check(file: string): Promise<void> {
  const { loadConfig } = await import('@alknet/firewall-core');
  const { sources } = await loadConfig({ file });
  const set = Object.values(sources).filter((source) => source !== 'default').length;
  process.stdout.write(`ok: ${printableLine(file)} (${set} of ${Object.keys(sources).length} settings are set)\n`);
}

async function print(file: string | undefined, flags: { json?: true }): Promise<void> {
  const { loadConfig } = await import('@alknet/firewall-core');
  const resolved = await loadConfig({ file: file ?? (existsSync(defaultFile) ? defaultFile : undefined) });
  process.stdout.write(
    flags.json ? `${JSON.stringify(resolved)}\n` : renderSettings(resolved, styleOf(process.stdout)),
  );
}
