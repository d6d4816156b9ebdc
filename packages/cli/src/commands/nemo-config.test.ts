import { Command } from 'commander';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { addNemoConfig } from './nemo-config.ts';

afterEach(() => vi.restoreAllMocks());

/** What the command prints. Whether NeMo takes it is tested in adapter-nemo, on the real one. */
function printed(...args: string[]): string {
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  const program = new Command().exitOverride().configureOutput({ writeErr: () => undefined });
  addNemoConfig(program);
  program.parse(['nemo-config', ...args], { from: 'user' });
  return write.mock.calls.map(([text]) => text).join('');
}

describe('nemo-config', () => {
  it('prints kserve by default, where whatever goes wrong blocks', () => {
    const config = printed();
    expect(config).toContain('engine: kserve');
    expect(config).toContain('base_url: "http://127.0.0.1:8080/nemo"');
    expect(config).toContain('stream_first: false');
    expect(config).not.toMatch(/retrieval|tool_input/);
  });

  it('prints each rail, at the URL that was asked for', () => {
    const url = ['--url', 'https://firewall.example:8443/guard/'];
    expect(printed('--rail', 'vllm', ...url)).toContain('base_url: "https://firewall.example:8443/guard"');
    expect(printed('--rail', 'nim', ...url)).toContain('nim_base_url: "https://firewall.example:8443/guard/v1"');
    expect(printed('--rail', 'server', ...url)).toContain(
      'server_endpoint: "https://firewall.example:8443/guard/model"',
    );
  });

  it('warns in the configurations with which NeMo lets messages pass', () => {
    for (const rail of ['nim', 'server']) expect(printed('--rail', rail)).toContain('LETS THE MESSAGE PASS');
  });

  it('names in --all only flows that --flows defines', () => {
    const own = printed('--all').match(/(?<=- )alknet .*/g) ?? [];
    const flows = printed('--flows');
    expect(own).toHaveLength(4);
    for (const flow of own) expect(flows).toContain(`define subflow ${flow}\n`);
  });

  it('refuses what it cannot print', () => {
    expect(() => printed('--rail', 'triton')).toThrow(/kserve, vllm, nim, server/);
    expect(() => printed('--all', '--rail', 'nim')).toThrow('--all goes with --rail kserve or vllm');
    for (const url of ['', 'nowhere', 'ftp://host', 'file:///etc'])
      expect(() => printed('--url', url)).toThrow('--url');
    expect(printed('--url', 'http://host/"\n  x: y')).toContain('base_url: "http://host/%22%20%20x:%20y"');
  });
});
