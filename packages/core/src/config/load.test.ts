import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { FirewallError } from '../errors.ts';
import { type LoadConfigOptions, loadConfig } from './load.ts';
import { remoteHeaders } from './remote-headers.ts';

const folder = mkdtempSync(join(tmpdir(), 'firewall-config-'));
const file = join(folder, 'firewall.toml');
afterAll(() => rmSync(folder, { recursive: true }));

const write = (toml: string | Uint8Array): string => {
  writeFileSync(file, toml);
  return file;
};

async function errorOf(options: LoadConfigOptions): Promise<FirewallError> {
  const thrown = await loadConfig({ env: {}, ...options }).then(
    () => new Error('nothing was thrown'),
    (error: unknown) => error,
  );
  if (!FirewallError.isInstance(thrown)) throw thrown;
  return thrown;
}

describe('a malformed firewall.toml says where, what was expected and the nearest known key', () => {
  it.each([
    ['onEror = "block"', '1:1', 'Unknown key "onEror"', 'Did you mean onError?'],
    ['on-error = "block"', '1:1', 'Unknown key "on-error"', 'Did you mean onError?'],
    [
      '\n[limits]\n  max_characters = 5',
      '3:3',
      'Unknown key "limits.max_characters"',
      'Did you mean limits.maxCharacters?',
    ],
    ['maxCharacters = 5', '1:1', 'Unknown key "maxCharacters"', 'Did you mean limits.maxCharacters?'],
    ['# a\n[limit]\nmaxQueue = 1', '2:2', 'Unknown key "limit"', 'Did you mean limits?'],
    ['roles.usr.policy = "trusted"', '1:7', 'Unknown key "roles.usr"', 'Did you mean roles.user?'],
    ['windows = { size = 256, strid = 1 }', '1:25', 'Unknown key "windows.strid"', 'Did you mean windows.stride?'],
    ['colour = 1', '1:1', 'Unknown key "colour"', /^Known here: model, codebook, preset, /],
    ['"a\\tb\\u0007" = 1', '1:1', 'Unknown key "a\\tb\\u0007"', /^Known here/],
    ['[windows]\nsize = 16', '2:8', 'windows.size must be an integer from 32 to 1024, not 16', 'The default is 256.'],
    [
      '[windows]\nsize = 64.5',
      '2:8',
      'windows.size must be an integer from 32 to 1024, not 64.5',
      'The default is 256.',
    ],
    ['[windows]\nsize = nan', '2:8', 'windows.size must be an integer from 32 to 1024, not NaN', 'The default is 256.'],
    ['limits.maxQueue = 99999999999999999999', '1:19', /^Not valid TOML: integer value cannot be represented/, /./],
    [
      'preset = "paranoid"',
      '1:10',
      'preset must be one of "strict", "balanced", "permissive", not "paranoid"',
      'The default is "balanced".',
    ],
    ['x = """\n[windows]\n"""\nviews = "yes"', '1:1', 'Unknown key "x"; 1 more to fix', /^Known here/],
    ['views = "yes"', '1:9', 'views must be true or false, not "yes"', 'The default is true.'],
    ['limits = 5', '1:10', 'limits must be a table, not 5', 'Leave it out for the default.'],
    ['[[limits]]\nmaxQueue = 1', '1:3', 'limits must be a table, not an array', 'Leave it out for the default.'],
    [
      'timeoutMs = 2020-01-01',
      '1:13',
      'timeoutMs must be an integer from 0 to 2147483647, not a date',
      'The default is 0.',
    ],
    ['model = ""', '1:9', 'model must be a text of at least one character, not ""', 'Leave it out for the default.'],
    ['[thresholds.user]\nblock = 1.5', '2:9', 'thresholds.user.block must be a number from 0 to 1, not 1.5', /default/],
    [
      '[thresholds]\ntool = { block = 0.5, flag = 0.9 }',
      '2:30',
      'thresholds.tool.flag must be at most thresholds.tool.block (0.5), not 0.9',
      /flagged before/,
    ],
    [
      'windows.size = 64\nwindows.stride = 65',
      '2:18',
      'windows.stride must be at most windows.size (64), not 65',
      /unread/,
    ],
    [
      '[remote]\nurl = "http://me:secret@host"',
      '2:7',
      'remote.url must be an http or https URL without user and password',
      /./,
    ],
    ['remote.url = "ftp://host"', '1:14', 'remote.url must be an http or https URL without user and password', /./],
    ['[remote]\nmodel = "m"', '2:9', 'remote.url is missing beside the other settings of remote', /in this process/],
    ['onError = ', '1:11', 'Not valid TOML: invalid value', /onError = "block"/],
    ['onError = "block"\nonError = "block"', '2:1', /^Not valid TOML: trying to redefine/, /./],
    ['[roles]\n__proto__.policy = "trusted"', '2:1', /^Not valid TOML: document contains an unsafe property/, /./],
  ])('%j', async (toml, place, message, hint) => {
    const error = await errorOf({ file: write(toml) });
    expect(error.code).toBe('config-invalid');
    expect(error.where).toBe(`${file}:${place}`);
    const stated = error.message.slice(0, error.message.indexOf(` (${error.where})`));
    if (message instanceof RegExp) expect(stated).toMatch(message);
    else expect(stated).toBe(message);
    expect(error.hint).toMatch(hint instanceof RegExp ? hint : new RegExp(`^${hint.replaceAll(/[.?]/g, '\\$&')}$`));
  });

  it('names a file that is not there, not UTF-8, or far too large', async () => {
    expect(await errorOf({ file: new URL('https://example.org/firewall.toml') })).toMatchObject({
      code: 'config-not-found',
    });
    expect(await errorOf({ file: 'a\0b' })).toMatchObject({ code: 'config-not-found' });
    expect(await errorOf({ file: join(folder, 'none.toml') })).toMatchObject({ code: 'config-not-found' });
    expect(await errorOf({ file: folder })).toMatchObject({ code: 'config-not-found', where: folder });
    expect(await errorOf({ file: write(Uint8Array.of(0x61, 0xff)) })).toMatchObject({
      code: 'config-invalid',
      where: file,
    });
    expect(await errorOf({ file: write('#'.repeat(100_000)) })).toMatchObject({ code: 'config-invalid', where: file });
  });
});

describe('environment and options', () => {
  it('wins in the order option, environment, file, default, and says so', async () => {
    const toml = write('onError = "allow"\ntimeoutMs = 10\npreset = "strict"\n[thresholds.tool]\nblock = 0.7');
    const {
      config,
      sources,
      file: read,
    } = await loadConfig({
      file: pathToFileURL(toml),
      env: {
        FIREWALL_TIMEOUT_MS: '20',
        FIREWALL_PRESET: 'permissive',
        FIREWALL_ROLES_USER_POLICY: 'trusted',
        HOME: '/',
      },
      overrides: { preset: 'balanced', limits: { maxQueue: 3, maxWindows: undefined } },
    });
    expect(config).toMatchObject({
      onError: 'allow',
      timeoutMs: 20,
      preset: 'balanced',
      limits: { maxQueue: 3, maxWindows: 1024 },
    });
    expect(config.roles.user.policy).toBe('trusted');
    expect(read).toBe(file);
    expect(sources).toMatchObject({
      onError: 'file',
      'thresholds.tool.block': 'file',
      timeoutMs: 'env:FIREWALL_TIMEOUT_MS',
      'roles.user.policy': 'env:FIREWALL_ROLES_USER_POLICY',
      preset: 'option',
      'limits.maxQueue': 'option',
      'limits.maxWindows': 'default',
    });
    expect(Object.keys(sources)).not.toContain('thresholds.user.block');
  });

  it.each([
    [{ FIREWALL_LIMITS_MAX_CHARS: '5' }, 'FIREWALL_LIMITS_MAX_CHARS', 'Did you mean FIREWALL_LIMITS_MAX_CHARACTERS?'],
    [{ FIREWALL_ONERROR: 'allow' }, 'FIREWALL_ONERROR', 'Did you mean FIREWALL_ON_ERROR?'],
    [{ FIREWALL_VIEWS: 'off' }, 'FIREWALL_VIEWS', 'The default is true.'],
    [{ FIREWALL_TIMEOUT_MS: '1e3' }, 'FIREWALL_TIMEOUT_MS', 'The default is 0.'],
    [{ FIREWALL_TIMEOUT_MS: '' }, 'FIREWALL_TIMEOUT_MS', 'The default is 0.'],
    [{ FIREWALL_WINDOWS_STRIDE: '300' }, 'FIREWALL_WINDOWS_STRIDE', /unread/],
  ])('refuses %j', async (env, where, hint) => {
    const error = await errorOf({ env });
    expect(error).toMatchObject({ code: 'config-invalid', where });
    expect(error.hint).toMatch(hint);
  });

  it.each([
    [{ onErorr: 'allow' }, 'option onErorr'],
    [{ limits: { maxQueue: '5' } }, 'option limits.maxQueue'],
    [{ limits: null }, 'option limits'],
    [{ views: Number.NaN }, 'option views'],
    [JSON.parse('{"__proto__": {"onError": "allow"}}'), 'option __proto__'],
  ])('refuses the option %j', async (overrides, where) => {
    expect(await errorOf({ overrides })).toMatchObject({ code: 'config-invalid', where });
  });

  it('reports a wrong value in the file even where the environment replaces it', async () => {
    const error = await errorOf({ file: write('timeoutMs = -1'), env: { FIREWALL_TIMEOUT_MS: '5' } });
    expect(error.where).toBe(`${file}:1:13`);
  });
});

it('takes relative paths of a file from its folder, others from the working directory', async () => {
  const toml = write('model = "models/small"\n');
  const { config } = await loadConfig({ file: toml, env: { FIREWALL_CODEBOOK: 'codebook.safetensors' } });
  expect(config.model).toBe(join(folder, 'models/small'));
  expect(config.codebook).toBe(join(process.cwd(), 'codebook.safetensors'));
});

it('is complete and frozen with nothing configured, and derives the stride from the size', async () => {
  const { config } = await loadConfig({ env: {} });
  expect(config).toMatchObject({
    preset: 'balanced',
    windows: { size: 256, stride: 192 },
    onError: 'block',
    thresholds: {},
  });
  expect(Object.isFrozen(config.limits)).toBe(true);
  expect((await loadConfig({ env: {}, overrides: { windows: { size: 64 } } })).config.windows.stride).toBe(48);
});

describe('remote headers', () => {
  it('come from the environment alone, one a line', () => {
    const lines = 'Authorization: Bearer a:b=c\n\n x-key :1 \n';
    expect(remoteHeaders({ ALKNET_FIREWALL_REMOTE_HEADERS: lines })).toEqual({
      Authorization: 'Bearer a:b=c',
      'x-key': '1',
    });
    expect(remoteHeaders({})).toEqual({});
  });

  it('are not quoted where they are wrong', () => {
    expect(() => remoteHeaders({ ALKNET_FIREWALL_REMOTE_HEADERS: 'a: b\nsecret' })).toThrow(/^Line 2 is no header/);
    expect(() => remoteHeaders({ ALKNET_FIREWALL_REMOTE_HEADERS: 'secret' })).not.toThrow(/secret/);
  });
});
