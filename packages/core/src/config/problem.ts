/** Turns what the schema refuses into an error that says where, what was expected, and the nearest known name. */

import { closestMatch } from 'leven';
import type { z } from 'zod';
import { FirewallError } from '../errors.ts';
import { accepts, settingAt, settingPaths } from './json-schema.ts';

/** One thing wrong with a configuration: at a key that is not known, or at a value that is not accepted. */
export interface Problem {
  readonly path: readonly string[];
  readonly at: 'key' | 'value';
  readonly message: string;
  readonly hint: string;
}

/** The `config-invalid` error for the first of some problems. */
export function configInvalid([first, ...others]: readonly (Problem & { where: string })[]): FirewallError {
  const more = others.length === 0 ? '' : `; ${others.length} more to fix`;
  return new FirewallError('config-invalid', { ...first, message: first.message + more });
}

/** One problem for each Unknown key and each refused value of a zod issue. */
export function problemsOf(issue: z.core.$ZodIssue, values: unknown): Problem[] {
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') return issue.keys.map((name) => unknownKey([...path, name]));
  const setting = settingAt(path);
  const value = path.reduce<unknown>((node, name) => (node as Record<string, unknown>)?.[name], values);
  // A URL is refused for the password in it, too.
  const found = setting?.format === 'uri' ? '' : `, not ${show(value)}`;
  return [
    {
      path,
      at: 'value',
      message: `${path.join('.') || 'The configuration'} must be ${setting ? accepts(setting) : 'another value'}${found}`,
      hint: defaultHint(setting?.default),
    },
  ];
}

/** The candidate that a misspelt name most likely meant; case, dashes and underscores count for nothing. */
export function nearest(name: string, candidates: readonly string[]): string | undefined {
  const plain = new Map(candidates.map((candidate) => [plainName(candidate), candidate]));
  const allowed = Math.max(1, Math.floor(name.length / 3));
  const found = closestMatch(plainName(name).slice(0, maxNameLength), [...plain.keys()], { maxDistance: allowed });
  return found === undefined ? undefined : plain.get(found);
}

/** A value as it may be printed: one short line, whatever it holds. */
export function show(value: unknown): string {
  if (typeof value === 'bigint' || typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return quote(value);
  if (value instanceof Date) return 'a date';
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' && value !== null ? 'a table' : `${value === null ? 'null' : typeof value}`;
}

/** Longest name compared or value quoted: an error stays readable (and Levenshtein is quadratic, CWE-407). */
const maxNameLength = 64;

function unknownKey(path: readonly string[]): Problem {
  const table = path.slice(0, -1);
  const name = path.at(-1) ?? '';
  const known = Object.keys(settingAt(table)?.properties ?? {});
  const elsewhere = new Map(settingPaths().map((other) => [other.at(-1) ?? '', other.join('.')]));
  const near = nearest(name, known);
  const far = near === undefined ? nearest(name, [...elsewhere.keys()]) : undefined;
  const meant = near === undefined ? far && elsewhere.get(far) : [...table, near].join('.');
  return {
    path,
    at: 'key',
    message: `Unknown key ${quote(path.join('.'))}`,
    hint: meant ? `Did you mean ${meant}?` : `Known here: ${known.join(', ')}.`,
  };
}

function defaultHint(value: unknown): string {
  const plain = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
  return plain ? `The default is ${JSON.stringify(value)}.` : 'Leave it out for the default.';
}

const plainName = (name: string): string => name.toLowerCase().replaceAll(/[-_\s]/g, '');

function quote(text: string): string {
  const short = text.length > maxNameLength ? `${text.slice(0, maxNameLength)}…` : text;
  return JSON.stringify(short).replaceAll(
    /[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
