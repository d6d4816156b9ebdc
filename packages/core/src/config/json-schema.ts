/** The schema as plain data: for editors (`schema/firewall.schema.json`) and for saying what a setting accepts. */

import { z } from 'zod';
import { configSchema } from './schema.ts';

/** The part of JSON Schema that the configuration uses. */
export interface SettingSchema {
  readonly type: 'object' | 'string' | 'number' | 'integer' | 'boolean';
  readonly properties?: Readonly<Record<string, SettingSchema>>;
  readonly enum?: readonly string[];
  readonly format?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly default?: unknown;
  readonly description?: string;
}

let schema: SettingSchema | undefined;

/** JSON Schema (2020-12) of `firewall.toml`. */
export function configJsonSchema(): SettingSchema {
  schema ??= z.toJSONSchema(configSchema, { io: 'input' }) as SettingSchema;
  return schema;
}

/** The setting or table at a path, if there is one. */
export function settingAt(path: readonly string[]): SettingSchema | undefined {
  let node: SettingSchema | undefined = configJsonSchema();
  for (const name of path)
    node = node?.properties && Object.hasOwn(node.properties, name) ? node.properties[name] : undefined;
  return node;
}

/** Paths of all settings that hold a value, in the order of the schema. */
export function settingPaths(node: SettingSchema = configJsonSchema(), path: readonly string[] = []): string[][] {
  if (!node.properties) return [[...path]];
  return Object.entries(node.properties).flatMap(([name, child]) => settingPaths(child, [...path, name]));
}

/** What a setting accepts, in words: `an integer from 32 to 1024`. */
export function accepts({ type, enum: names, format, minimum, maximum }: SettingSchema): string {
  if (format === 'uri') return 'an http or https URL without user and password';
  if (format === 'sha256') return '64 digits from 0 to f';
  if (names) return `one of ${names.map((name) => JSON.stringify(name)).join(', ')}`;
  if (type === 'integer') return `an integer from ${minimum} to ${maximum}`;
  if (type === 'number') return `a number from ${minimum} to ${maximum}`;
  return { object: 'a table', string: 'a text of at least one character', boolean: 'true or false' }[type];
}
