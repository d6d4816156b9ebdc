/** A part of a framework's input: a text with its role, or what no detector can read. */
import type { Role, Unscreened } from '@alknet/firewall-core';

/** `text` is missing from an image, a file or a sound: those are reported, not screened. */
export interface Part extends Unscreened {
  readonly role: Role;
  readonly text?: string | undefined;
}

/**
 * A string as it is, any other value as the JSON that a model gets to see of it.
 *
 * @example
 * ```ts
 * textPart({ city: 'Lisbon' }, 'tool', 'output'); // text: '{"city":"Lisbon"}'
 * ```
 */
export function textPart(value: unknown, role: Role, where: string): Part {
  return { role, where, type: 'text', text: typeof value === 'string' ? value : (JSON.stringify(value) ?? '') };
}
