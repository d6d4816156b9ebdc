/** `alknet-model-export inspect`: what is in a graph or a weights file. */
import { readFileSync } from 'node:fs';
import type { Dimension, OnnxModel, OnnxValueInfo } from '../onnx/model.ts';
import { readModel } from '../onnx/read.ts';
import { openModel } from '../open-model.ts';
import { describeDecoder } from '../surgery/index.ts';
import { badArgument, onePath, parse } from './arguments.ts';
import type { Terminal } from './main.ts';

/** Writes a description in lines of text. */
export async function inspectCommand(args: string[], terminal: Terminal): Promise<void> {
  const { positionals } = parse(args, {});
  const path = onePath(positionals, 'a graph or weights');
  terminal.out(path.endsWith('.onnx') ? describeModel(readModel(readGraph(path), path)) : describeWeights(path));
}

/** Our own graphs as they are; for any other graph also what a tap would find. */
function describeModel(model: OnnxModel): string {
  const isTapped = model.graph.outputs.some(({ name }) => /^hidden_\d+$/.test(name));
  return isTapped ? describeGraph(model) : `${describeGraph(model)}\n${describeDecoder(model)}`;
}

/** Inputs, outputs, operators and constants of a graph. */
export function describeGraph(model: OnnxModel): string {
  const { graph } = model;
  const bytes = graph.initializers.reduce((sum, tensor) => sum + (tensor.bytes?.byteLength ?? 0), 0);
  const operators = count(
    graph.nodes.map((node) => (node.domain === '' ? node.opType : `${node.domain}.${node.opType}`)),
  );
  return [
    `producer    ${model.producerName} ${model.producerVersion}`.trimEnd(),
    `opsets      ${model.opsetImports.map(({ domain, version }) => `${domain || 'ai.onnx'} ${version}`).join(', ')}`,
    ...model.metadata.map(({ key, value }) => `metadata    ${key} = ${value}`),
    ...graph.inputs.map((value) => `input       ${describeValue(value)}`),
    ...graph.outputs.map((value) => `output      ${describeValue(value)}`),
    `constants   ${graph.initializers.length}, ${bytes} bytes`,
    ...operators.map(([name, times]) => `operator    ${name} x ${times}`),
  ].join('\n');
}

function describeWeights(path: string): string {
  const { source, config, tokenizer, startToken } = openModel(path);
  try {
    const types = count([...source.tensors.values()].map((tensor) => tensor.type));
    return [
      `format      ${source.format}`,
      ...Object.entries(config).map(([key, value]) => `${key.padEnd(11)} ${value}`),
      `tokenizer   ${tokenizer === undefined ? 'none' : 'yes'}`,
      `start token ${startToken ?? 'none'}`,
      ...types.map(([type, times]) => `tensors     ${type} x ${times}`),
    ].join('\n');
  } finally {
    source.close();
  }
}

function readGraph(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw badArgument(path, 'The file cannot be read', 'Check that the path exists and may be read.', cause);
  }
}

function describeValue({ name, elementType, shape }: OnnxValueInfo): string {
  const sizes = shape?.map((dimension: Dimension) => dimension ?? '?').join(', ') ?? 'any shape';
  return `${name} type ${elementType ?? 'other'} [${sizes}]`;
}

function count(names: readonly string[]): [string, number][] {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].sort(([a, times], [b, otherTimes]) => otherTimes - times || (a < b ? -1 : 1));
}
