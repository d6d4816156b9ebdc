/** One text from an argument, a file or standard input: UTF-8 or refused, and never more than is needed. */

import { open } from 'node:fs/promises';

/** What a text could not be read for. */
export class InputError extends Error {
  override readonly name = 'InputError';
  readonly code = 'input-invalid';
}

/** A UTF-16 code unit takes at most three bytes of UTF-8. */
const maxBytesPerCharacter = 3;

/** Reads a file whole, or as much of it as shows that it has over `maxCharacters` (CWE-400). */
export async function readTextFile(path: string, maxCharacters: number): Promise<string> {
  try {
    await using file = await open(path);
    return await readTextStream(file.createReadStream({ autoClose: false }), maxCharacters, path);
  } catch (cause) {
    if (cause instanceof InputError) throw cause;
    throw new InputError(
      `The file cannot be read: ${(cause as NodeJS.ErrnoException).code} (${path}). Check the path.`,
      { cause },
    );
  }
}

/** The same for a stream, such as standard input. */
export async function readTextStream(
  stream: AsyncIterable<Buffer>,
  maxCharacters: number,
  where: string,
): Promise<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const parts: string[] = [];
  let bytes = 0;
  try {
    for await (const chunk of stream) {
      parts.push(decoder.decode(chunk, { stream: true }));
      bytes += chunk.length;
      if (bytes > maxCharacters * maxBytesPerCharacter) return parts.join('');
    }
    parts.push(decoder.decode());
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    throw new InputError(`The text is not UTF-8 (${where}). Convert it, such as with iconv -t utf-8.`, { cause });
  }
  return parts.join('');
}
