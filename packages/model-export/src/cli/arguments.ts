/** Reads and checks command line values. */
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { ModelExportError } from '../errors.ts';

/** Parsed options and positionals; throws `bad-argument` for anything that is not declared. */
export function parse<T extends NonNullable<ParseArgsConfig['options']>>(
  args: string[],
  options: T,
): { values: Record<string, string | undefined>; positionals: string[] } {
  try {
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
    return { values: values as Record<string, string | undefined>, positionals };
  } catch (cause) {
    throw badArgument('command line', (cause as Error).message, 'Run `alknet-model-export --help`.', cause);
  }
}

/** The one positional argument. */
export function onePath(positionals: readonly string[], what: string): string {
  const [path, ...rest] = positionals;
  if (path !== undefined && rest.length === 0) return path;
  throw badArgument('command line', `${positionals.length} paths are given, one is needed`, `Give ${what}.`);
}

/** A list of layers such as `1,2,4,8`, sorted, without repetition. */
export function layerList(text: string): number[] {
  const layers = text.split(',').map((part) => wholeNumber('--layers', part, 1));
  return [...new Set(layers)].sort((a, b) => a - b);
}

/** A whole number not below `least`. */
export function wholeNumber(option: string, text: string, least: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text.trim()) && Number.isSafeInteger(value) && value >= least) return value;
  throw badArgument(option, `${JSON.stringify(text)} is not a whole number from ${least}`, 'Give a number in digits.');
}

/** One of a few words. */
export function oneOf<T extends string>(option: string, text: string, words: readonly T[]): T {
  const found = words.find((word) => word === text);
  if (found !== undefined) return found;
  throw badArgument(option, `${JSON.stringify(text)} is not known`, `Give ${words.join(' or ')}.`);
}

/** An error about how the command was called. */
export function badArgument(where: string, what: string, todo: string, cause?: unknown): ModelExportError {
  return new ModelExportError({ code: 'bad-argument', what, where, todo, cause });
}
