/** Runs one command of `alknet-model-export`. */
import { ModelExportError } from '../errors.ts';
import { kserveCommand, SERVING_HELP, tritonCommand } from '../serving/index.ts';
import { TAP_HELP, tapCommand } from '../surgery/index.ts';
import { buildCommand } from './build-command.ts';
import { inspectCommand } from './inspect-command.ts';
import { verifyCommand } from './verify-command.ts';

/** Where a command writes lines of text. */
export interface Terminal {
  out(text: string): void;
  error(text: string): void;
}

const HELP = `alknet-model-export: model weights to an ONNX graph that returns activations

  build WEIGHTS --out PATH     WEIGHTS: a .gguf file, or a folder with model.safetensors and config.json
    --layers 1,2,4,8             layers to return the residual stream after
    --variant int8               int8 or fp32
    --embedding-bits 8           8 or 4, for int8
    --max-tokens 1024            longest input
    --sink-token ID              token in front of every window; read from the weights where they name one
    --instruction TEXT           what the model is told in front of every input, as constants of the graph
    --out PATH                   FILE.onnx for the graph alone, or a folder for graph, tokenizer and manifest
${TAP_HELP}
  verify GRAPH                 prints error and cosine for each layer
    --reference reference.json   against activations of another implementation
    --against GRAPH --tokenizer tokenizer.json [--sink-token 1]   against another graph, token by token
    --against FOLDER [--record]  a model folder against another: --record writes the proof into the manifest, and the
                                 firewall then reads the first with codebooks made on the second
    --max-error 2e-5             largest relative error of any vector that passes (fp32)
    --mean-error 0.05            largest mean relative error of a layer that passes (int8)
  inspect PATH                 what is in a graph or in weights; for a standard export also what tap would do
${SERVING_HELP}

exit code: 0 done, 1 a check failed, 2 a bad file or argument`;

const COMMANDS: Readonly<Record<string, (args: string[], terminal: Terminal) => Promise<void>>> = {
  build: buildCommand,
  tap: tapCommand,
  verify: verifyCommand,
  inspect: inspectCommand,
  triton: tritonCommand,
  kserve: kserveCommand,
};

/** Runs the command that the first argument names; returns the exit code. */
export async function main([name = '--help', ...args]: string[], terminal: Terminal): Promise<number> {
  if (name === '--help' || name === '-h' || name === 'help') {
    terminal.out(HELP);
    return 0;
  }
  try {
    const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
    if (command === undefined) throw unknownCommand(name);
    await command(args, terminal);
    return 0;
  } catch (error) {
    if (!ModelExportError.isInstance(error)) throw error;
    terminal.error(`error ${error.code}: ${error.what}\n  where: ${error.where}\n  do:    ${error.todo}`);
    return error.code === 'verification-failed' ? 1 : 2;
  }
}

function unknownCommand(name: string): ModelExportError {
  const todo = 'Run `alknet-model-export --help`.';
  return new ModelExportError({
    code: 'bad-argument',
    what: `There is no command ${name}`,
    where: 'command line',
    todo,
  });
}
