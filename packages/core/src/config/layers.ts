/** The places a setting can come from, each as plain values plus a way to say where a value stands. */

import { createReadStream } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse, TomlError } from 'smol-toml';
import { FirewallError } from '../errors.ts';
import { settingAt, settingPaths } from './json-schema.ts';
import { configInvalid, nearest } from './problem.ts';
import type { FirewallConfigInput } from './schema.ts';
import { lineAndColumn, tomlPlaces } from './toml-places.ts';

/** Where a value came from. */
export type ConfigSource = 'default' | 'file' | `env:${string}` | 'option';

/** One place that sets values. Later layers win over earlier ones. */
export interface Layer {
  readonly values: Readonly<Record<string, unknown>>;
  /** The folder that relative paths start from. */
  readonly folder: string;
  source(path: readonly string[]): ConfigSource;
  /** Human-readable place, and its rank among the places of the same layer. */
  where(path: readonly string[], at: 'key' | 'value'): { readonly where: string; readonly rank: number };
}

/** Larger files are refused: every setting together takes under 2 KiB, and the parser is not made for more (CWE-400). */
export const maxConfigBytes: number = 64 * 1024;

/** Reads `firewall.toml`. */
export async function fileLayer(file: string | URL): Promise<Layer & { readonly file: string }> {
  const path = toPath(file);
  const source = await readToml(path);
  const values = parseToml(source, path);
  let places: ReturnType<typeof tomlPlaces> | undefined;
  return {
    values,
    file: resolve(path),
    folder: dirname(resolve(path)),
    source: () => 'file',
    where: (key, at) => {
      places ??= tomlPlaces(source);
      const offset = places.get(key.join('.'))?.[at] ?? 0;
      const { line, column } = lineAndColumn(source, offset);
      return { where: `${path}:${line}:${column}`, rank: offset };
    },
  };
}

/** Reads the `FIREWALL_*` environment variables: `FIREWALL_LIMITS_MAX_CHARACTERS` is `limits.maxCharacters`. */
export function envLayer(env: Readonly<Record<string, string | undefined>>): Layer {
  const set = Object.entries(env).filter(([name, value]) => name.startsWith('FIREWALL_') && value !== undefined);
  const values: Record<string, unknown> = {};
  if (set.length > 0) {
    const known = new Map(settingPaths().map((path) => [envName(path), path]));
    for (const [name, text] of set) {
      const path = known.get(name);
      if (!path) throw unknownVariable(name, [...known.keys()]);
      setAt(values, path, fromText(text as string, path));
    }
  }
  return {
    values,
    folder: process.cwd(),
    source: (path) => `env:${envName(path)}`,
    where: (path) => ({ where: envName(path), rank: 0 }),
  };
}

/** The values that a program passed. `undefined` is the same as left out. */
export function optionLayer(overrides: FirewallConfigInput): Layer {
  return {
    values: withoutUndefined(overrides),
    folder: process.cwd(),
    source: () => 'option',
    where: (path) => ({ where: `option ${path.join('.')}`, rank: 0 }),
  };
}

function toPath(file: string | URL): string {
  try {
    return file instanceof URL || file.startsWith('file:') ? fileURLToPath(file) : file;
  } catch (cause) {
    throw new FirewallError('config-not-found', {
      message: 'The configuration is not a local file',
      where: String(file),
      hint: 'Pass a path or a file: URL.',
      cause,
    });
  }
}

async function readToml(path: string): Promise<string> {
  const chunks: Buffer[] = [];
  try {
    // One byte over the limit shows that the file is too large, also where it never ends (/dev/zero).
    for await (const chunk of createReadStream(path, { end: maxConfigBytes })) chunks.push(chunk);
  } catch (cause) {
    throw new FirewallError('config-not-found', {
      message: `Cannot read the configuration: ${(cause as NodeJS.ErrnoException).code ?? 'unknown error'}`,
      where: path,
      hint: 'Check the path and its permissions, or leave the file out to use the defaults.',
      cause,
    });
  }
  const bytes = Buffer.concat(chunks);
  if (bytes.length > maxConfigBytes) {
    throw configInvalid([
      {
        path: [],
        at: 'key',
        message: `The configuration has over ${maxConfigBytes} bytes`,
        where: path,
        hint: 'Is this the right file?',
      },
    ]);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new FirewallError('config-invalid', {
      message: 'Not UTF-8 text',
      where: path,
      hint: 'Save the file as UTF-8.',
      cause,
    });
  }
}

function parseToml(source: string, path: string): Record<string, unknown> {
  try {
    return parse(source, { unsafeKeyBehaviour: 'throw' });
  } catch (cause) {
    const place = cause instanceof TomlError ? `:${cause.line}:${cause.column}` : '';
    const reason = (cause as Error).message.split('\n')[0].replace('Invalid TOML document: ', '');
    throw new FirewallError('config-invalid', {
      message: `Not valid TOML: ${reason}`,
      where: `${path}${place}`,
      hint: 'Write one setting a line, such as: onError = "block"',
      cause,
    });
  }
}

const envName = (path: readonly string[]): string =>
  `FIREWALL_${path.map((name) => name.replaceAll(/[A-Z]/g, '_$&').toUpperCase()).join('_')}`;

function fromText(text: string, path: readonly string[]): unknown {
  const type = settingAt(path)?.type;
  if (type === 'boolean') return { true: true, '1': true, false: false, '0': false }[text] ?? text;
  if (type === 'integer' || type === 'number') return /^[+-]?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
  return text;
}

function unknownVariable(name: string, known: readonly string[]): FirewallError {
  const meant = nearest(name, known);
  return configInvalid([
    {
      path: [],
      at: 'key',
      message: 'Unknown environment variable',
      where: name,
      hint: meant
        ? `Did you mean ${meant}?`
        : 'Unset it, or see `alknet-firewall config print` for the known settings.',
    },
  ]);
}

function setAt(values: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const last = path.length - 1;
  let node = values;
  for (const name of path.slice(0, last)) {
    node[name] ??= {};
    node = node[name] as Record<string, unknown>;
  }
  node[path[last]] = value;
}

function withoutUndefined(values: object): Record<string, unknown> {
  const entries = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries.map(([name, value]) => [name, isTable(value) ? withoutUndefined(value) : value]));
}

/** A table of settings: what is neither a value nor a list. */
export function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
