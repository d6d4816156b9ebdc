/** ONNX Runtime as the core uses it, and the shipped graph. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { modelDirectory } from '@alknet/firewall-smollm2';

const core = new URL('../../packages/core/package.json', import.meta.url);
export const runtime = createRequire(core)('onnxruntime-node');
export const graphFile = join(fileURLToPath(modelDirectory), 'model.onnx');

/** A session on a file or bytes, with the core's settings. */
export function openSession(graph, options = {}) {
  return runtime.InferenceSession.create(graph, {
    executionProviders: ['cpu'],
    graphOptimizationLevel: 'all',
    logSeverityLevel: 4,
    ...options,
  });
}

/** Inputs of an activation graph: `tokens` ids and their means over segments of 32 at a distance of 16. */
export function activationFeeds(tokens) {
  const segments = Math.max(1, Math.ceil((tokens - 32) / 16) + 1);
  return {
    input_ids: ids(tokens, 40_000),
    attention_mask: new runtime.Tensor('int64', new BigInt64Array(tokens).fill(1n), [1, tokens]),
    pooling: new runtime.Tensor('float32', new Float32Array(segments * tokens).fill(1 / tokens), [segments, tokens]),
  };
}

/** Inputs of a text classifier. */
export function classifierFeeds(tokens) {
  const { input_ids, attention_mask } = activationFeeds(tokens);
  return { input_ids, attention_mask };
}

/**
 * Median milliseconds of every node over runs of a graph, as ONNX Runtime's profiler saw them.
 *
 * @returns nodes with name, operator and ms, and the median of whole runs; profiling makes a run a little slower
 */
export async function profile(graph, feeds, runs, options = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'profile-'));
  try {
    const session = await openSession(graph, {
      ...options,
      enableProfiling: true,
      profileFilePrefix: join(folder, 'run'),
    });
    for (let i = 0; i < runs; i++) await session.run(feeds);
    await session.endProfiling();
    await session.release();
    const [file] = readdirSync(folder);
    return summarise(JSON.parse(readFileSync(join(folder, file), 'utf8')));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function summarise(events) {
  const nodes = new Map();
  for (const { cat, name, dur, args } of events) {
    if (cat !== 'Node' || !name.endsWith('_kernel_time')) continue;
    const node = nodes.get(name) ?? { operator: args.op_name, times: [] };
    node.times.push(dur / 1000);
    nodes.set(name, node);
  }
  const wholes = events.filter(({ name }) => name === 'model_run').map(({ dur }) => dur / 1000);
  return {
    nodes: [...nodes].map(([name, { operator, times }]) => ({
      name: name.replace('_kernel_time', ''),
      operator,
      ms: middle(times),
    })),
    runMs: middle(wholes),
  };
}

/** The median without the first quarter, the warm-up. */
function middle(times) {
  const warm = times.slice(times.length >> 2).sort((a, b) => a - b);
  return warm[warm.length >> 1];
}

function ids(tokens, vocabulary) {
  const values = BigInt64Array.from({ length: tokens }, (_, i) =>
    BigInt(i === 0 ? 1 : 100 + ((i * 7919) % vocabulary)),
  );
  return new runtime.Tensor('int64', values, [1, tokens]);
}
