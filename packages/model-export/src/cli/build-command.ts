/** `alknet-model-export build`: weights to a graph, or to a model folder. */
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { buildModel, type Variant } from '../build-model.ts';
import { CALIBRATION_TEXTS } from '../llama/calibration-texts.ts';
import { describeFiles, LAYER_CONVENTION } from '../manifest.ts';
import { type OpenedModel, openModel } from '../open-model.ts';
import { encodeWithSink } from '../tokenizer/encode.ts';
import { badArgument, layerList, oneOf, onePath, parse, wholeNumber } from './arguments.ts';
import type { Terminal } from './main.ts';

const OPTIONS = {
  layers: { type: 'string', default: '1,2,4,8' },
  variant: { type: 'string', default: 'int8' },
  'embedding-bits': { type: 'string', default: '8' },
  'max-tokens': { type: 'string', default: '1024' },
  'sink-token': { type: 'string' },
  instruction: { type: 'string' },
  out: { type: 'string' },
} as const;

/** Writes the graph (`--out FILE.onnx`) or a folder with tokenizer and manifest, and says what it wrote. */
export async function buildCommand(args: string[], terminal: Terminal): Promise<void> {
  const { values, positionals } = parse(args, OPTIONS);
  const path = onePath(positionals, 'a .gguf file or a folder with model.safetensors');
  const { out } = values;
  if (out === undefined) throw badArgument('--out', 'It is missing', 'Give a folder, or a file that ends in .onnx.');
  const taps = layerList(values.layers as string);
  const maxTokens = wholeNumber('--max-tokens', values['max-tokens'] as string, 2);
  const name = oneOf('--variant', values.variant as string, ['int8', 'fp32']);
  const bits = oneOf('--embedding-bits', values['embedding-bits'] as string, ['8', '4']);

  const model = openModel(path);
  try {
    const sinkToken = values['sink-token'] ? wholeNumber('--sink-token', values['sink-token'], 0) : model.startToken;
    const variant: Variant =
      name === 'fp32'
        ? { name }
        : {
            name,
            embeddingBits: bits === '8' ? 8 : 4,
            calibration: behindSink(model, sinkToken, '--variant int8', CALIBRATION_TEXTS),
          };
    const prefix =
      values.instruction === undefined
        ? []
        : behindSink(model, sinkToken, '--instruction', [values.instruction]).flat();
    const bytes = buildModel({ source: model.source, config: model.config, taps, maxTokens, prefix, variant });
    if (out.endsWith('.onnx')) {
      mkdirSync(dirname(out), { recursive: true });
      replaceFile(out, bytes);
    } else {
      writeFolder(out, bytes, model, { taps, maxTokens, sinkToken, prefix, variant: name });
    }
    terminal.out(`${out}: layers ${taps.join(', ')}, ${name}, ${bytes.byteLength} bytes`);
  } finally {
    model.source.close();
  }
}

/** Token ids of texts, each with the sink in front. */
function behindSink(
  { tokenizer }: OpenedModel,
  sinkToken: number | undefined,
  option: string,
  texts: readonly string[],
): number[][] {
  if (tokenizer === undefined) {
    throw badArgument(
      option,
      'The model has no tokenizer to read texts with',
      'Put tokenizer.json beside the weights, or build --variant fp32 without --instruction.',
    );
  }
  if (sinkToken === undefined) {
    throw badArgument('--sink-token', 'The model names no token that starts a text', 'Give the id of a special token.');
  }
  return encodeWithSink(tokenizer, sinkToken, texts);
}

function writeFolder(
  folder: string,
  bytes: Uint8Array,
  { config, tokenizer }: OpenedModel,
  facts: { taps: number[]; maxTokens: number; sinkToken: number | undefined; prefix: number[]; variant: string },
): void {
  mkdirSync(folder, { recursive: true });
  replaceFile(join(folder, 'model.onnx'), bytes);
  if (tokenizer !== undefined) replaceFile(join(folder, 'tokenizer.json'), JSON.stringify(tokenizer));
  const manifest = {
    formatVersion: 1,
    name: basename(folder),
    layers: facts.taps,
    layerConvention: LAYER_CONVENTION,
    width: config.width,
    vocabulary: config.vocabulary,
    maxTokens: facts.maxTokens,
    sinkToken: facts.sinkToken,
    ...(facts.prefix.length === 0 ? {} : { prefix: facts.prefix }),
    variant: facts.variant,
    files: describeFiles(folder),
  };
  replaceFile(join(folder, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
}

/** A reader sees the old file or the new one, never a part. */
function replaceFile(path: string, data: Uint8Array | string): void {
  const temporary = join(dirname(path), `.${basename(path)}.tmp`);
  writeFileSync(temporary, data);
  renameSync(temporary, path);
}
