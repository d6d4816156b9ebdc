/**
 * Shows inspect, tap and verify on a standard SmolLM2 export: `node scripts/demo-tap.mjs [--layers-in-export 30]`.
 * The weights are those that `packages/smollm2/scripts/build.mjs` fetches; without them nothing is shown, and it says so.
 */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import {
  describeDecoder,
  errorTable,
  loadLlamaWeights,
  openActivationGraph,
  openModel,
  readModelFile,
  readReference,
  tapFile,
  verifyAgainstReference,
} from '@alknet/firewall-model-export';
import { gguf } from '../../smollm2/scripts/weights.mjs';
import { writeStandardExport } from './standard-export.mjs';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const referenceFile = join(root, '../shared/fixtures/smollm2-reference/reference.json');
const taps = [1, 2, 4, 8];
const { values } = parseArgs({ options: { 'layers-in-export': { type: 'string', default: '30' } } });
const depth = Number(values['layers-in-export']);

if (!existsSync(gguf.file)) {
  console.error(`SKIPPED: the weights are not at ${gguf.file}; run \`node packages/smollm2/scripts/build.mjs\` first`);
  process.exit(0);
}

const folder = mkdtempSync(join(tmpdir(), 'demo-tap-'));
try {
  step(`A standard export of SmolLM2-135M with ${depth} layers: logits, past key values, weights in model.onnx_data`);
  writeExport();

  step('alknet-model-export inspect model.onnx');
  console.log(describeDecoder(readModelFile(join(folder, 'model.onnx'))));

  step(`alknet-model-export tap model.onnx --layers ${taps.join()} --out taps.onnx`);
  const tapped = await tapFile(join(folder, 'model.onnx'), { layers: taps });
  writeFileSync(join(folder, 'taps.onnx'), tapped.bytes);
  console.log(
    `${tapped.bytes.byteLength} bytes, ${tapped.model.graph.nodes.length} nodes; no token depends on a later one`,
  );

  if (existsSync(referenceFile)) await verify(tapped.bytes);
  else console.warn(`SKIPPED: verify needs ${referenceFile}`);
} finally {
  rmSync(folder, { recursive: true });
}

function writeExport() {
  const { source, config } = openModel(gguf.file);
  try {
    writeStandardExport(folder, loadLlamaWeights(source, config, depth), 2048, writeFileSync);
  } finally {
    source.close();
  }
}

async function verify(bytes) {
  step('alknet-model-export verify taps.onnx --reference smollm2-reference/reference.json');
  const graph = await openActivationGraph(bytes, 'taps.onnx');
  try {
    const errors = await verifyAgainstReference(graph, readReference(referenceFile));
    console.log(errorTable(errors));
    if (errors.some(({ maxError }) => !(maxError <= 2e-5))) throw new Error('The taps differ from transformers');
  } finally {
    await graph.close();
  }
}

function step(title) {
  console.log(`\n$ ${title}`);
}
