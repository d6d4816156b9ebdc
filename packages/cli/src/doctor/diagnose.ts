/** The doctor's checks, in the order in which each relies on the one before. */

import { fileURLToPath } from 'node:url';
import type { Firewall } from '@alknet/firewall-core';
import { milliseconds } from '../render/verdict.ts';
import { type Check, failure, pass } from './check.ts';
import { checkDeadWeight, checkRuntime, findRuntime } from './onnx-runtime.ts';
import { attackText, harmlessText, speedText } from './texts.ts';

/** The oldest Node.js that the packages run on: major, minor. */
const oldestNode = [20, 19] as const;
/** Far from what a healthy machine takes (tens of ms, some 300 MB): only a broken or starved one is over. */
const slowMs = 500;
const largeBytes = 1024 ** 3;
const speedRuns = 20;

/** Checks until one fails that the rest needs. */
export async function* diagnose(config: string | undefined): AsyncGenerator<Check, void, undefined> {
  yield node();
  const found = findRuntime();
  const runtime = 'folder' in found ? checkRuntime(found) : found;
  yield runtime;
  if ('folder' in found) yield checkDeadWeight(found);
  const settings = await configuration(config);
  yield settings.check;
  if (settings.check.ok) yield await modelFiles(settings.model);
  if (!runtime.ok || !settings.check.ok) return;

  const before = process.memoryUsage.rss();
  const started = performance.now();
  let firewall: Firewall;
  try {
    const core = await import('@alknet/firewall-core');
    firewall = await core.Firewall.load({ ...(config !== undefined && { config }), cache: { entries: 0 } });
  } catch (error) {
    yield failure('load', error);
    return;
  }
  try {
    const { model, codebook } = firewall.info;
    yield pass('load', `${model.name} with codebook ${codebook.name} in ${milliseconds(performance.now() - started)}`);
    if (codebook.graphSha256 !== model.graphSha256) {
      const graph = codebook.graphSha256.slice(0, 12);
      yield pass(
        'equivalence',
        `the codebook was made on graph ${graph}, to which the manifest proves this one equivalent`,
      );
    }
    yield await screens(firewall, 'harmless', harmlessText, (decision) => decision === 'allow');
    yield await screens(firewall, 'attack', attackText, (decision) => decision !== 'allow');
    yield await speed(firewall);
    yield memory(before);
  } finally {
    await firewall.close();
  }
}

function node(): Check {
  const [major, minor] = process.versions.node.split('.').map(Number);
  const ok = major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1]);
  const detail = `Node.js ${process.versions.node} on ${process.platform} ${process.arch}`;
  return ok
    ? pass('node', detail)
    : { name: 'node', ok, detail, hint: `Install Node.js ${oldestNode.join('.')} or later.` };
}

async function configuration(file: string | undefined): Promise<{ check: Check; model?: string | undefined }> {
  try {
    const { loadConfig } = await import('@alknet/firewall-core');
    const { config, sources } = await loadConfig({ file });
    const set = Object.values(sources).filter((source) => source !== 'default').length;
    return {
      check: pass(
        'configuration',
        `${set} of ${Object.keys(sources).length} settings are set, the others at their default`,
      ),
      model: config.model,
    };
  } catch (error) {
    return { check: failure('configuration', error) };
  }
}

async function modelFiles(model: string | undefined): Promise<Check> {
  try {
    const core = await import('@alknet/firewall-core');
    const folder = model ?? fileURLToPath((await import('@alknet/firewall-smollm2')).modelDirectory);
    const manifest = await core.readManifest(folder);
    const names = Object.keys(manifest.files);
    for (const name of names) await core.readModelFile(folder, manifest, name);
    return pass('model files', `${names.length} files match their sha256 in ${folder}`);
  } catch (error) {
    return failure('model files', error);
  }
}

async function screens(
  firewall: Firewall,
  name: string,
  text: string,
  expected: (decision: string) => boolean,
): Promise<Check> {
  const { status, decision, score, timing, error } = await firewall.screen(text);
  const detail = `decision ${decision}, score ${score.toFixed(3)}, ${milliseconds(timing.total)}`;
  if (status === 'failed') return failure(name, error);
  if (expected(decision)) return pass(name, detail);
  const hint =
    'The thresholds or the codebook do not fit: see `alknet-firewall config print`, or try without --config.';
  return { name, ok: false, detail, hint };
}

async function speed(firewall: Firewall): Promise<Check> {
  const times: number[] = [];
  let tokens = 0;
  for (let run = 0; run < speedRuns; run++) {
    const { timing, read } = await firewall.screen(speedText);
    times.push(timing.total);
    tokens = read.tokens;
  }
  const median = times.sort((a, b) => a - b)[speedRuns >> 1];
  const detail = `${milliseconds(median)} for ${tokens} tokens (median of ${speedRuns})`;
  if (median <= slowMs) return pass('speed', detail);
  const hint = 'Is the machine busy, or the container limited to a part of a core? Try `threads = 1` in firewall.toml.';
  return { name: 'speed', ok: false, detail, hint };
}

function memory(before: number): Check {
  const megabytes = (bytes: number): number => Math.round(bytes / 1024 ** 2);
  const now = process.memoryUsage.rss();
  const detail = `${megabytes(now)} MB resident, ${megabytes(now - before)} MB of it since the model was opened`;
  if (now <= largeBytes) return pass('memory', detail);
  return {
    name: 'memory',
    ok: false,
    detail,
    hint: 'Lower windows.size and limits.maxWindows, or use a smaller model.',
  };
}
