/** `alknet-model-export verify`: a graph against reference activations, or against another graph. */
import { readFileSync } from 'node:fs';
import { ModelExportError } from '../errors.ts';
import { readModel } from '../onnx/read.ts';
import { encodeWithSink } from '../tokenizer/encode.ts';
import { type ActivationGraph, openActivationGraph } from '../verify/activation-graph.ts';
import { isFolder, verifyFolders } from '../verify/equivalence.ts';
import type { LayerError } from '../verify/layer-error.ts';
import { MEASURING_TEXTS } from '../verify/measuring-texts.ts';
import { readReference } from '../verify/reference.ts';
import { compareGraphs, errorTable, verifyAgainstReference } from '../verify/verify.ts';
import { badArgument, onePath, parse, wholeNumber } from './arguments.ts';
import type { Terminal } from './main.ts';

/** What passes unless the command says otherwise: float32's own rounding, or int8's measured error with some room. */
const FLOAT_MAX_ERROR = 2e-5;
const INT8_MEAN_ERROR = 0.05;

const OPTIONS = {
  reference: { type: 'string' },
  against: { type: 'string' },
  tokenizer: { type: 'string' },
  'sink-token': { type: 'string', default: '1' },
  'max-error': { type: 'string' },
  'mean-error': { type: 'string' },
  record: { type: 'boolean', default: false },
} as const;

/** Writes the table of errors; throws `verification-failed` where an error is over its limit. */
export async function verifyCommand(args: string[], terminal: Terminal): Promise<void> {
  const { values, positionals } = parse(args, OPTIONS);
  const path = onePath(positionals, 'the graph to verify');
  const { reference, against } = values;
  if ((reference === undefined) === (against === undefined)) {
    throw badArgument(
      'command line',
      'One of --reference and --against is needed',
      'Give a reference.json or a graph.',
    );
  }
  if (isFolder(path)) return verifyFolder(path, values, terminal);
  if (values.record) throw badArgument('--record', 'It is for two model folders', 'Give folders with a manifest.json.');
  const bytes = readBytes(path);
  const limits = limitsFor(bytes, path, values);
  const graph = await openActivationGraph(bytes, path);
  try {
    const errors =
      reference === undefined
        ? await compareWith(graph, against as string, values)
        : await verifyAgainstReference(graph, readReference(reference));
    terminal.out(errorTable(errors));
    failOver(limits, errors, path);
  } finally {
    await graph.close();
  }
}

/** Two model folders: the first may then be read with codebooks made on the second. */
async function verifyFolder(
  folder: string,
  values: Readonly<Record<string, string | undefined>>,
  terminal: Terminal,
): Promise<void> {
  const { against } = values;
  if (against === undefined || values.reference !== undefined)
    throw badArgument('--against', 'A folder is verified against a folder', 'Give --against FOLDER.');
  const limit = numberOf('--mean-error', values['mean-error']);
  const record = Boolean(values.record);
  const proof = await verifyFolders(folder, against, { record, ...(limit === undefined ? {} : { meanError: limit }) });
  terminal.out(errorTable(proof.errors));
  terminal.out(
    record ? `recorded in ${folder}: equivalent to ${proof.graphSha256}` : 'agreed; --record writes it down',
  );
}

async function compareWith(
  graph: ActivationGraph,
  against: string,
  values: Readonly<Record<string, string | undefined>>,
): Promise<LayerError[]> {
  if (values.tokenizer === undefined) {
    throw badArgument('--tokenizer', 'It is missing', 'Give the tokenizer.json of the model, to read the texts with.');
  }
  const sinkToken = wholeNumber('--sink-token', values['sink-token'] as string, 0);
  const tokenizer = JSON.parse(new TextDecoder().decode(readBytes(values.tokenizer))) as object;
  const other = await openActivationGraph(readBytes(against), against);
  try {
    const given = other.prefix.length === 0 ? graph.prefix : [];
    return await compareGraphs(graph, other, encodeWithSink(tokenizer, sinkToken, MEASURING_TEXTS), given);
  } finally {
    await other.close();
  }
}

interface Limits {
  readonly max: number;
  readonly mean: number;
}

function limitsFor(bytes: Uint8Array, path: string, values: Readonly<Record<string, string | undefined>>): Limits {
  const given = {
    max: numberOf('--max-error', values['max-error']),
    mean: numberOf('--mean-error', values['mean-error']),
  };
  if (given.max !== undefined || given.mean !== undefined) {
    return { max: given.max ?? Number.POSITIVE_INFINITY, mean: given.mean ?? Number.POSITIVE_INFINITY };
  }
  const isInt8 = readModel(bytes, path).metadata.some(({ key, value }) => key === 'variant' && value === 'int8');
  return isInt8
    ? { max: Number.POSITIVE_INFINITY, mean: INT8_MEAN_ERROR }
    : { max: FLOAT_MAX_ERROR, mean: FLOAT_MAX_ERROR };
}

function numberOf(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() !== '' && value > 0) return value;
  throw badArgument(option, `${JSON.stringify(text)} is not a positive number`, 'Give one such as 2e-5.');
}

function failOver({ max, mean }: Limits, errors: readonly LayerError[], path: string): void {
  const failed = errors
    .filter((error) => !(error.maxError <= max && error.meanError <= mean))
    .map(({ layer }) => layer);
  if (failed.length === 0) return;
  throw new ModelExportError({
    code: 'verification-failed',
    what: `The error in layer ${failed.join(', ')} is over the limit (max ${max}, mean ${mean})`,
    where: path,
    todo: 'Look for wrong weights, their order or their rotation; or give the limit that you accept.',
  });
}

function readBytes(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new ModelExportError({
      code: 'file-unreadable',
      what: 'The file cannot be read',
      where: path,
      todo: 'Check that the path exists and may be read.',
      cause,
    });
  }
}
