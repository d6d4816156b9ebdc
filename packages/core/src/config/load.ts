/** Defaults, `firewall.toml`, `FIREWALL_*` variables and options, merged in this order into one checked configuration. */

import { resolve } from 'node:path';
import { settingPaths } from './json-schema.ts';
import { type ConfigSource, envLayer, fileLayer, isTable, type Layer, optionLayer } from './layers.ts';
import { configInvalid, problemsOf } from './problem.ts';
import { configSchema, type FirewallConfig, type FirewallConfigInput } from './schema.ts';

export type { ConfigSource } from './layers.ts';

/** What {@link loadConfig} reads. */
export interface LoadConfigOptions {
  /** A `firewall.toml`. None is looked for when left out. */
  readonly file?: string | URL | undefined;
  /** Values that win over everything else. */
  readonly overrides?: FirewallConfigInput | undefined;
  /** Where `FIREWALL_*` variables are looked up. Default: `process.env`; `{}` ignores the environment. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
}

/** A checked configuration, and where each of its values came from. */
export interface ResolvedConfig {
  readonly config: FirewallConfig;
  /** By dotted key, for every value that is set: `limits.maxCharacters` -> `env:FIREWALL_LIMITS_MAX_CHARACTERS`. */
  readonly sources: Readonly<Record<string, ConfigSource>>;
  /** Absolute path of the file that was read. */
  readonly file?: string;
}

/**
 * Loads and checks a configuration. Throws a FirewallError `config-invalid` whose `where` is `file:line:column`
 * (or the variable's or option's name), or `config-not-found`.
 *
 * @example
 * ```ts
 * const { config, sources } = await loadConfig({ file: 'firewall.toml', overrides: { onError: 'allow' } });
 * console.log(config.windows.size, sources['windows.size']); // 256 default
 * ```
 */
export async function loadConfig({
  file,
  overrides = {},
  env = process.env,
}: LoadConfigOptions = {}): Promise<ResolvedConfig> {
  const fromFile = file === undefined ? undefined : await fileLayer(file);
  const layers = [...(fromFile ? [fromFile] : []), envLayer(env), optionLayer(overrides)];
  for (const layer of layers) checkLayer(layer);

  const { values, setBy } = mergeLayers(layers);
  const config = configSchema.parse(values);
  checkPairs(config, setBy);
  return { config: freeze(config), sources: sourcesOf(config, setBy), ...(fromFile && { file: fromFile.file }) };
}

/** Each layer is checked alone first, so that a wrong value is reported even where a later layer would hide it. */
function checkLayer(layer: Layer): void {
  const issues = configSchema.safeParse(layer.values).error?.issues ?? [];
  if (issues.length === 0) return;
  const placed = issues
    .flatMap((issue) => problemsOf(issue, layer.values))
    .map((problem) => ({ ...problem, ...layer.where(problem.path, problem.at) }));
  throw configInvalid(placed.sort((one, other) => one.rank - other.rank));
}

function mergeLayers(layers: readonly Layer[]): { values: Record<string, unknown>; setBy: Map<string, Layer> } {
  const values: Record<string, unknown> = {};
  const setBy = new Map<string, Layer>();
  const merge = (
    into: Record<string, unknown>,
    from: Layer['values'],
    layer: Layer,
    table: readonly string[],
  ): void => {
    for (const [name, value] of Object.entries(from)) {
      const path = [...table, name];
      if (isTable(value)) {
        into[name] ??= {};
        merge(into[name] as Record<string, unknown>, value, layer, path);
      } else {
        into[name] = isPath(path) ? resolve(layer.folder, value as string) : value;
        setBy.set(path.join('.'), layer);
      }
    }
  };
  for (const layer of layers) merge(values, layer.values, layer, []);
  return { values, setBy };
}

/** The rules between two settings, which may come from different layers. */
function checkPairs(config: FirewallConfig, setBy: ReadonlyMap<string, Layer>): void {
  const { size, stride } = config.windows;
  const pairs = Object.entries(config.thresholds).map(([role, { flag = 0, block = 1 }]) => ({
    path: ['thresholds', role, 'flag'],
    broken: flag > block,
    message: `thresholds.${role}.flag must be at most thresholds.${role}.block (${block}), not ${flag}`,
    hint: 'Texts are flagged before they are blocked.',
  }));
  pairs.push({
    path: ['windows', 'stride'],
    broken: stride > size,
    message: `windows.stride must be at most windows.size (${size}), not ${stride}`,
    hint: 'A longer stride would leave text between windows unread.',
  });
  const remote = [...setBy.keys()].find((key) => key.startsWith('remote.'));
  pairs.push({
    path: remote?.split('.') ?? [],
    broken: config.remote.url === undefined && remote !== undefined,
    message: 'remote.url is missing beside the other settings of remote',
    hint: 'Set the URL of the inference server, or leave the table out to run the model in this process.',
  });
  const wrong = pairs
    .filter(({ broken }) => broken)
    .map((problem) => {
      const place = setBy.get(problem.path.join('.'))?.where(problem.path, 'value');
      return { ...problem, at: 'value' as const, where: place?.where ?? problem.path.join('.') };
    });
  if (wrong.length > 0) throw configInvalid(wrong);
}

function sourcesOf(config: FirewallConfig, setBy: ReadonlyMap<string, Layer>): Record<string, ConfigSource> {
  const sources: Record<string, ConfigSource> = {};
  // Without a server the rest of its table sets nothing, and a file that held it would be refused.
  const paths = settingPaths().filter(([table]) => table !== 'remote' || config.remote.url !== undefined);
  for (const path of paths) {
    const value = path.reduce<unknown>((node, name) => (node as Record<string, unknown> | undefined)?.[name], config);
    if (value !== undefined) sources[path.join('.')] = setBy.get(path.join('.'))?.source(path) ?? 'default';
  }
  return sources;
}

const isPath = ([first]: readonly string[]): boolean => first === 'model' || first === 'codebook';

function freeze<T extends object>(value: T): T {
  for (const child of Object.values(value)) if (typeof child === 'object' && child !== null) freeze(child);
  return Object.freeze(value);
}
