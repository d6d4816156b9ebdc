/** Headers for a remote model from the environment: they hold secrets, which have no place in a file or in printed settings. */
import { FirewallError } from '../errors.ts';

const variable = 'ALKNET_FIREWALL_REMOTE_HEADERS';

/**
 * Reads `ALKNET_FIREWALL_REMOTE_HEADERS`: one `name: value` a line.
 *
 * @throws FirewallError `config-invalid`, which quotes nothing of it
 */
export function remoteHeaders(env: Readonly<Record<string, string | undefined>> = process.env): Record<string, string> {
  const lines = (env[variable] ?? '').split('\n').filter((line) => line.trim() !== '');
  return Object.fromEntries(lines.map(parseLine));
}

function parseLine(line: string, index: number): [string, string] {
  const [, name, value] = /^\s*([\w-]+)\s*:\s*(.*?)\s*$/.exec(line) ?? [];
  if (name !== undefined && value !== undefined) return [name, value];
  throw new FirewallError('config-invalid', {
    message: `Line ${index + 1} is no header`,
    where: variable,
    hint: 'Write one header a line, such as: authorization: Bearer ...',
  });
}
