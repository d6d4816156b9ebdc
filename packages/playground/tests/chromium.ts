/** Finds a Chromium on this machine; CI installs Debian's where there is none and it may. */
import { spawnSync } from 'node:child_process';
import { type Browser, chromium } from 'playwright-core';

const names: readonly string[] = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];

/** A running browser, or why there is none. */
export async function launch(): Promise<Browser | string> {
  const executablePath = process.env.CHROMIUM_PATH ?? find() ?? install();
  if (executablePath === undefined)
    return 'there is no Chromium: install it (apt-get install chromium) or set CHROMIUM_PATH';
  return chromium.launch({ executablePath, args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] });
}

function find(): string | undefined {
  for (const name of names) {
    const { status, stdout } = spawnSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' });
    if (status === 0) return stdout.trim();
  }
  return undefined;
}

function install(): string | undefined {
  if (process.env.CI !== 'true' || process.getuid?.() !== 0) return undefined;
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  // Manual pages are left out: indexing them takes longer than all the rest.
  const install =
    'rm -f /var/lib/man-db/auto-update; apt-get install -y -qq --no-install-recommends -o Dpkg::Options::=--force-unsafe-io chromium fonts-dejavu-core';
  for (const command of [install, `apt-get update -qq && ${install}`]) {
    if (spawnSync('sh', ['-c', command], { env, stdio: 'ignore' }).status === 0) break;
  }
  return find();
}
