/** `alknet-model-export tap`: a standard export to an activation graph, or to a model folder. */
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { badArgument, oneOf, onePath, parse, wholeNumber } from '../cli/arguments.ts';
import type { Terminal } from '../cli/main.ts';
import { CALIBRATION_TEXTS } from '../llama/calibration-texts.ts';
import type { PassTexts } from '../passes/measure-passes.ts';
import { encodeWithSink } from '../tokenizer/encode.ts';
import { MEASURING_TEXTS } from '../verify/measuring-texts.ts';
import { errorTable } from '../verify/verify.ts';
import { readTokenizer, writeModelFolder } from './model-folder.ts';
import { startToken } from './start-token.ts';
import { type TappedFile, tapFile } from './tap-file.ts';

/** Lines for the help text of the command line. */
export const TAP_HELP = `  tap MODEL.onnx --out PATH    a decoder as Optimum, onnxruntime-genai or a model hub exports it, to an activation graph
    --layers 1,2,4,8             layers to return the residual stream after; 0 is what enters the first
    --pooling on                 on, as the firewall needs it, or off: hidden_k for every token
    --tokenizer tokenizer.json   for a folder, and to calibrate and measure the passes below
    --max-tokens 1024            for a folder: longest window
    --sink-token ID              for a folder: token in front of every window; bos_token where the tokenizer names one
    --int8                       int8 products with a scale for each token; needs --tokenizer
    --sink ID[,ID...]            tokens baked in, which the first token of every input then stands for; needs --tokenizer
    --out PATH                   FILE.onnx for the graph alone, or a folder for graph, tokenizer and manifest`;

const OPTIONS = {
  layers: { type: 'string', default: '1,2,4,8' },
  pooling: { type: 'string', default: 'on' },
  tokenizer: { type: 'string' },
  'max-tokens': { type: 'string', default: '1024' },
  'sink-token': { type: 'string' },
  int8: { type: 'boolean', default: false },
  sink: { type: 'string' },
  out: { type: 'string' },
} as const;

/** Writes the graph (`--out FILE.onnx`) or the folder, says what it wrote, and warns on the error stream. */
export async function tapCommand(args: string[], terminal: Terminal): Promise<void> {
  const { values, positionals } = parse(args, OPTIONS);
  const path = onePath(positionals, 'an ONNX model');
  const { out } = values;
  if (out === undefined) throw badArgument('--out', 'It is missing', 'Give a folder, or a file that ends in .onnx.');
  const layers = (values.layers as string).split(',').map((part) => wholeNumber('--layers', part, 0));
  const pooling = oneOf('--pooling', values.pooling as string, ['on', 'off']) === 'on';
  const sink = values.sink?.split(',').map((part) => wholeNumber('--sink', part, 0));
  const int8 = Boolean(values.int8);
  const needsTexts = int8 || sink !== undefined;
  if (needsTexts && !pooling) throw badArgument('--pooling', 'Passes need a graph that pools', 'Leave it on.');
  const folder = needsTexts || !out.endsWith('.onnx') ? folderOptions(values, sink?.[0]) : undefined;
  const texts = needsTexts && folder !== undefined ? passTexts(folder) : undefined;

  const passes = texts === undefined ? {} : { passes: { int8, texts, ...(sink === undefined ? {} : { sink }) } };
  const tapped = await tapFile(path, { layers, pooling, ...passes });
  for (const { code, message } of tapped.warnings) terminal.error(`warning ${code}: ${message}`);
  if (folder === undefined || out.endsWith('.onnx')) writeWhole(out, tapped.bytes);
  else await writeModelFolder(out, tapped, folder);
  if (tapped.errors.length > 0) terminal.out(`distance to the float graph:\n${errorTable(tapped.errors)}`);
  terminal.out(summary(out, tapped));
}

interface FolderOptions {
  readonly tokenizer: string;
  readonly maxTokens: number;
  readonly sinkToken: number;
}

function folderOptions(values: Readonly<Record<string, string | undefined>>, baked: number | undefined): FolderOptions {
  const { tokenizer } = values;
  if (tokenizer === undefined) {
    const todo = 'A folder, --int8 and --sink need it; for the float graph alone give --out FILE.onnx.';
    throw badArgument('--tokenizer', 'It is missing', todo);
  }
  const maxTokens = wholeNumber('--max-tokens', values['max-tokens'] as string, 2);
  const named = values['sink-token'];
  const sinkToken = named === undefined ? (baked ?? startToken(tokenizer)) : wholeNumber('--sink-token', named, 0);
  if (sinkToken !== undefined) return { tokenizer, maxTokens, sinkToken };
  throw badArgument(
    '--sink-token',
    'The tokenizer names no token that starts a text',
    'Give the id of a special token.',
  );
}

function passTexts({ tokenizer, maxTokens, sinkToken }: FolderOptions): PassTexts {
  const json = JSON.parse(readTokenizer(tokenizer).toString('utf8')) as object;
  const encode = (texts: readonly string[]): number[][] =>
    encodeWithSink(json, sinkToken, texts).map((ids) => ids.slice(0, maxTokens));
  return { calibration: encode(CALIBRATION_TEXTS), measuring: encode(MEASURING_TEXTS) };
}

function summary(out: string, tapped: TappedFile): string {
  const { layers, stream, width, largestMove, bytes, int8, sink } = tapped;
  const depth = stream.residuals.length - 1;
  const moved =
    largestMove === 0
      ? 'no token depends on a later one'
      : `a later token moved a row by ${largestMove.toExponential(1)} in the probe`;
  const eight =
    int8 === undefined
      ? ''
      : `, int8: ${int8.products} products, smoothed in ${int8.inNorms} norms, ${int8.inProducts} products and ${int8.whileRunning} times while running`;
  const baked = sink === undefined ? '' : `, sink ${sink.join(', ')} baked in`;
  return `${out}: layers ${layers.join(', ')} of ${depth}, width ${width}${eight}${baked}, ${bytes.byteLength} bytes; ${moved}`;
}

/** A reader sees the old file or the new one, never a part. */
function writeWhole(path: string, bytes: Uint8Array): void {
  const folder = dirname(path);
  mkdirSync(folder, { recursive: true });
  const temporary = join(folder, `.${basename(path)}.tmp`);
  writeFileSync(temporary, bytes);
  renameSync(temporary, path);
}
