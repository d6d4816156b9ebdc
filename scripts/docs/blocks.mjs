/** Reads the code blocks out of Markdown, with what the comment before a block tells its test. */
import { readFileSync } from 'node:fs';

/**
 * A comment right before a block, which no reader sees:
 *
 *     <!-- test: skip, needs a cluster -->       the block is not run; the reason is printed
 *     <!-- test: with                            comes before the block's own code when it is run
 *     const question = 'What is new?';
 *     -->
 */
const marker = /<!-- test: (?:skip, (?<reason>(?:(?!-->)[\s\S])+?)|with\n(?<setup>(?:(?!-->)[\s\S])+?))\s*-->\s*$/;

/** @returns the fenced blocks that name a language, in order, each with its file, line, code, setup and reason to skip it */
export function readBlocks(file) {
  const markdown = readFileSync(file, 'utf8');
  return [...markdown.matchAll(/^(?<indent> *)```(?<language>[\w-]+)[^\n]*\n(?<code>[\s\S]*?)^\k<indent>```$/gm)].map(
    (match) => {
      const { indent, language, code } = match.groups;
      const before = markdown.slice(0, match.index);
      const { reason, setup = '' } = marker.exec(before)?.groups ?? {};
      const unindented = code
        .split('\n')
        .map((line) => line.slice(indent.length))
        .join('\n');
      return { line: before.split('\n').length, language, code: unindented, setup: setup && `${setup}\n`, reason };
    },
  );
}
