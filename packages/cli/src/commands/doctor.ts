/** `doctor`: whether this install works and how fast, line by line, with what to do where it does not. */

import type { Command } from 'commander';
import { exitCodes } from '../exit-codes.ts';
import { styleOf } from '../render/style.ts';

/** Adds the subcommand. */
export function addDoctor(program: Command): void {
  program
    .command('doctor')
    .description('Check the install: runtime, model files, one screen of each kind, speed, memory. Exit code 0 or 2.')
    .option('-c, --config <file>', 'a firewall.toml')
    .option('--json', 'print as JSON')
    .action(async ({ config, json }: { config?: string; json?: true }) => {
      const [{ diagnose }, { renderCheck, renderSummary }] = await Promise.all([
        import('../doctor/diagnose.ts'),
        import('../render/checks.ts'),
      ]);
      const style = styleOf(process.stdout);
      const checks = [];
      for await (const check of diagnose(config)) {
        checks.push(check);
        if (!json) process.stdout.write(renderCheck(check, style));
      }
      const ok = checks.every((check) => check.ok);
      process.stdout.write(json ? `${JSON.stringify({ ok, checks })}\n` : renderSummary(checks, style));
      process.exitCode = ok ? exitCodes.ok : exitCodes.error;
    });
}
