/** Programs that a benchmark needs. */
import { execFileSync } from 'node:child_process';

/** Runs a program with its output shown; throws where it fails. */
export function run(command, args) {
  try {
    execFileSync(command, args, { stdio: 'inherit' });
  } catch (cause) {
    throw new Error(`failed: ${command} ${args.join(' ')} (Python 3 with venv and npm are needed)`, { cause });
  }
}
