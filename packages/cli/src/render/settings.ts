/** The effective settings as a table that is itself a valid firewall.toml. */

import type { loadConfig } from '@alknet/firewall-core';
import { printableLine } from './printable.ts';
import type { Style } from './style.ts';

type ResolvedConfig = Awaited<ReturnType<typeof loadConfig>>;

/** `windows.size = 256  # default`, one setting a line. */
export function renderSettings({ config, sources, file }: ResolvedConfig, { paint }: Style): string {
  const settings = Object.entries(sources).map(([key, source]) => {
    const value = key.split('.').reduce<unknown>((node, name) => (node as Record<string, unknown>)[name], config);
    return { setting: `${key} = ${printableLine(JSON.stringify(value))}`, source };
  });
  const width = Math.max(...settings.map(({ setting }) => setting.length));
  const lines = settings.map(({ setting, source }) => {
    const from = source === 'file' ? (file ?? source) : source;
    const comment = `# ${printableLine(from)}`;
    return `${setting.padEnd(width)}  ${source === 'default' ? paint('dim', comment) : paint('cyan', comment)}`;
  });
  return `${lines.join('\n')}\n`;
}
