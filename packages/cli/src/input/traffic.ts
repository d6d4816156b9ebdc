/** Reads a file of texts without labels, `{"text", "role"?}` a line. */

import { readFile } from 'node:fs/promises';
import { type Role, roles, type ScreenItem } from '@alknet/firewall-core';
import { InputError } from './read-text.ts';

/** @throws InputError naming the line that is not such an object */
export async function readLabelless(file: string): Promise<ScreenItem[]> {
  const lines = (await readFile(file, 'utf8')).split('\n');
  return lines.flatMap((line, index) => {
    if (line.trim() === '') return [];
    const { text, role } = parse(line) ?? {};
    if (typeof text !== 'string' || (role !== undefined && !roles.includes(role as Role)))
      throw new InputError(`Line ${index + 1} of ${file} is no object with a "text" and a known "role".`);
    return [role === undefined ? { text } : { text, role: role as Role }];
  });
}

function parse(line: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
