/** `alknet-model-export tap`: a standard export to an activation graph, or to a model folder. */
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { badArgument, oneOf, onePath, parse, wholeNumber } from '../cli/arguments.ts';
import type { Terminal } from '../cli/main.ts';
import { writeModelFolder } from './model-folder.ts';
import { startToken } from './start-token.ts';
import { type TappedFile, tapFile } from './tap-file.ts';

/** Lines for the help text of the command line. */
export const TAP_HELP = `  tap MODEL.onnx --out PATH    a decoder as Optimum, onnxruntime-genai or a model hub exports it, to an activation graph
    --layers 1,2,4,8             layers to return the residual stream after; 0 is what enters the first
    --pooling on                 on, as the firewall needs it, or off: hidden_k for every token
    --tokenizer tokenizer.json   for a folder
    --max-tokens 1024            for a folder: longest window
    --sink-token ID              for a folder: token in front of every window; bos_token where the tokenizer names one
    --out PATH                   FILE.onnx for the graph alone, or a folder for graph, tokenizer and manifest`;

const OPTIONS = {
  layers: { type: 'string', default: '1,2,4,8' },
  pooling: { type: 'string', default: 'on' },
  tokenizer: { type: 'string' },
  'max-tokens': { type: 'string', default: '1024' },
  'sink-token': { type: 'string' },
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
  const folder = out.endsWith('.onnx') ? undefined : folderOptions(values);

  const tapped = await tapFile(path, { layers, pooling });
  for (const { code, message } of tapped.warnings) terminal.error(`warning ${code}: ${message}`);
  if (folder === undefined) writeWhole(out, tapped.bytes);
  else await writeModelFolder(out, tapped, folder);
  terminal.out(summary(out, tapped));
}

function folderOptions(values: Readonly<Record<string, string | undefined>>): {
  tokenizer: string;
  maxTokens: number;
  sinkToken: number;
} {
  const { tokenizer } = values;
  if (tokenizer === undefined) {
    throw badArgument('--tokenizer', 'It is missing', 'A folder needs it; for the graph alone give --out FILE.onnx.');
  }
  const maxTokens = wholeNumber('--max-tokens', values['max-tokens'] as string, 2);
  const named = values['sink-token'];
  const sinkToken = named === undefined ? startToken(tokenizer) : wholeNumber('--sink-token', named, 0);
  if (sinkToken !== undefined) return { tokenizer, maxTokens, sinkToken };
  throw badArgument(
    '--sink-token',
    'The tokenizer names no token that starts a text',
    'Give the id of a special token.',
  );
}

function summary(out: string, { layers, stream, width, largestMove, warnings, bytes }: TappedFile): string {
  const depth = stream.residuals.length - 1;
  const moved =
    warnings.length === 0
      ? 'no token depends on a later one'
      : `a later token moved a row by ${largestMove.toExponential(1)} in the probe`;
  return `${out}: layers ${layers.join(', ')} of ${depth}, width ${width}, ${bytes.byteLength} bytes; ${moved}`;
}

/** A reader sees the old file or the new one, never a part. */
function writeWhole(path: string, bytes: Uint8Array): void {
  const folder = dirname(path);
  mkdirSync(folder, { recursive: true });
  const temporary = join(folder, `.${basename(path)}.tmp`);
  writeFileSync(temporary, bytes);
  renameSync(temporary, path);
}
