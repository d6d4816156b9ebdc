/** Makes foreign text safe to print: a terminal obeys escape sequences, and a reader is fooled by what cannot be seen. */

/**
 * Control, format, unassigned and other invisible characters; a variation selector after an emoji is left alone.
 * Line feeds and tabs stay.
 */
const unprintable = /(?<!\p{Emoji})\ufe0f|(?!\n|\t|\ufe0f)[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/** The text with every invisible character written as `\u{1b}` (CWE-150). */
export function printable(text: string): string {
  return text
    .replaceAll('\r\n', '\n')
    .replaceAll(unprintable, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}

/** The same on one line. */
export function printableLine(text: string): string {
  return printable(text).replaceAll('\n', '\\n').replaceAll('\t', '\\t');
}
