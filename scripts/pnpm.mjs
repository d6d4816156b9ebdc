/** How root scripts reach pnpm and turbo at their pinned versions without a global install. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));
const pin = JSON.parse(readFileSync(`${root}/package.json`, 'utf8')).packageManager;

/** Runs `pnpm ARGS` at the pinned version; with `quiet`, its output appears (on stderr) only when it fails. */
export function pnpm(args, { quiet = false } = {}) {
  const command = process.platform === 'win32' ? 'npx.cmd' : 'npx';
  const result = spawnSync(command, ['--yes', pin, ...args], {
    cwd: root,
    stdio: quiet ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1', ONNXRUNTIME_NODE_INSTALL: 'skip' },
    encoding: 'utf8',
  });
  if (result.status === 0) return;
  if (quiet) process.stderr.write(`${result.stdout ?? ''}${result.stderr ?? ''}`);
  process.stderr.write(`failed: ${pin} ${args.join(' ')}\n`);
  process.exit(result.status ?? 1);
}
