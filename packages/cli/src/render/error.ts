/** An error as one line: what kind, what was wrong, where, what to do. */

import { printableLine } from './printable.ts';
import type { Style } from './style.ts';

/** Code and message of anything that was thrown. FirewallError is told by its marker, so that core need not be loaded. */
export function errorParts(error: unknown): { code: string; message: string } {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  if (typeof code !== 'string') return { code: 'unexpected', message: String(message ?? error) };
  return { code, message: String(message ?? error).replace(`${code}: `, '') };
}

/** `error config-invalid: windows.size must be ... (firewall.toml:2:8). The default is 256.` */
export function renderError(error: unknown, { paint }: Style): string {
  const { code, message } = errorParts(error);
  return `${paint('red', 'error')} ${printableLine(code)}: ${printableLine(message)}\n`;
}
