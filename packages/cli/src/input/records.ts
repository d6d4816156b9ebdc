/** Lines of `{id, text, role?}` to records; what is wrong with a line becomes a record too, so that none is lost. */

import type { Role } from '@alknet/firewall-core';
import type { Line } from './lines.ts';

/** A text to screen, or a line that holds none. `id` is echoed in the answer. */
export type InputRecord = { readonly id: string | number | null } & (
  | { readonly text: string; readonly role?: Role }
  | { readonly line: number; readonly error: { readonly code: 'input-invalid'; readonly message: string } }
);

/** Longest line, in bytes, for texts up to `maxCharacters`: JSON may write six for one character. */
export function maxLineBytes(maxCharacters: number): number {
  return 6 * maxCharacters + otherBytes;
}

/** What `id`, `role` and other fields of a line may take. */
const otherBytes = 64 * 1024;

/** `undefined` for a blank line. Messages never quote the line. */
export function parseRecord({ number, bytes }: Line, roles: readonly string[]): InputRecord | undefined {
  const invalid = (message: string, id: string | number | null = null): InputRecord => ({
    id,
    line: number,
    error: { code: 'input-invalid', message },
  });
  if (bytes === undefined) return invalid('The line is longer than limits.maxCharacters allows');
  let value: unknown;
  try {
    const source = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    if (source.trim() === '') return undefined;
    value = JSON.parse(source);
  } catch (error) {
    return invalid(error instanceof SyntaxError ? 'The line is not JSON' : 'The line is not UTF-8');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return invalid('The line is not a JSON object');
  const { id = null, text, role } = value as { id?: unknown; text?: unknown; role?: unknown };
  if (id !== null && typeof id !== 'string' && typeof id !== 'number')
    return invalid('id is neither a string nor a number');
  if (typeof text !== 'string') return invalid('text is not a string', id);
  if (role === undefined || role === null) return { id, text };
  if (typeof role !== 'string' || !roles.includes(role)) return invalid(`role is none of ${roles.join(', ')}`, id);
  return { id, text, role: role as Role };
}
