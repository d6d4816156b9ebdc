/** The runtime's folders, as onnxruntime-node lays them out. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { checkDeadWeight, checkRuntime, findRuntime, type RuntimePackage } from './onnx-runtime.ts';

const folder = mkdtempSync(join(tmpdir(), 'runtime-'));
afterAll(() => rmSync(folder, { recursive: true }));
const forged = { folder, version: '1.0.0' };
for (const [platform, megabytes] of Object.entries({ 'linux/x64': 2, 'darwin/arm64': 3, 'win32/x64': 1 })) {
  const binaries = join(folder, 'bin/napi-v6', platform);
  mkdirSync(binaries, { recursive: true });
  writeFileSync(join(binaries, 'onnxruntime_binding.node'), new Uint8Array(megabytes * 1e6));
}

it('says which folders are dead weight, with their sizes', () => {
  const { ok, detail } = checkDeadWeight(forged, { platform: 'linux', arch: 'x64' });
  expect(ok).toBe(true);
  expect(detail).toContain('4 MB for other platforms');
  expect(detail).toContain(': bin/napi-v6/darwin/arm64 3 MB, bin/napi-v6/win32/x64 1 MB');
});

it('says what is missing on a platform without a binary, and what is there', () => {
  const { ok, detail, hint } = checkRuntime(forged, { platform: 'linux', arch: 's390x' });
  expect(ok).toBe(false);
  expect(detail).toContain('no binary for linux-s390x');
  expect(detail).toContain('(present: darwin-arm64, linux-x64, win32-x64)');
  expect(hint).toContain('bin/napi-v6/linux/s390x/onnxruntime_binding.node');
});

it('tells a binary that does not load from a missing one', () => {
  const { ok, detail } = checkRuntime(forged, { platform: 'linux', arch: 'x64' });
  expect({ ok, detail }).toMatchObject({ ok: false, detail: expect.stringContaining('does not load') });
});

it('finds and loads the installed runtime', () => {
  const runtime = findRuntime() as RuntimePackage;
  expect(checkRuntime(runtime)).toMatchObject({ ok: true });
  expect(checkDeadWeight(runtime)).toMatchObject({ ok: true });
});
