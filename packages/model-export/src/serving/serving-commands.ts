/** `alknet-model-export triton` and `kserve`: files for inference servers. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { badArgument, oneOf, onePath, parse, wholeNumber } from '../cli/arguments.ts';
import type { Terminal } from '../cli/main.ts';
import { kserveService } from './kserve-service.ts';
import { writeTritonRepository } from './triton-repository.ts';

/** Lines for the help text of the command line. */
export const SERVING_HELP = `  triton MODEL --out REPO/     a Triton model repository; MODEL: a model folder or an activation graph
    --name alknet                the model's name
    --backend onnxruntime        onnxruntime, or python: ONNX Runtime in Triton's Python backend
    --instances 1                sessions on the CPU, one a core
  kserve --out service.yaml    a KServe InferenceService on such a repository, with autoscaling
    --storage URI                where the repository lies: pvc://claim/path, s3://bucket/path, ...
    --name alknet                the service's name
    --cpu 1                      cores of a replica; give the repository as many instances
    --min-replicas 1, --max-replicas 10`;

const TRITON_OPTIONS = {
  out: { type: 'string' },
  name: { type: 'string', default: 'alknet' },
  backend: { type: 'string', default: 'onnxruntime' },
  instances: { type: 'string', default: '1' },
} as const;

/** Writes the repository and says how the server will batch. */
export async function tritonCommand(args: string[], terminal: Terminal): Promise<void> {
  const { values, positionals } = parse(args, TRITON_OPTIONS);
  const path = onePath(positionals, 'a model folder or a graph');
  const out = required('--out', values.out, 'Give the folder of the model repository.');
  const name = nameOf(values.name as string);
  const backend = oneOf('--backend', values.backend as string, ['onnxruntime', 'python'] as const);
  const instances = wholeNumber('--instances', values.instances as string, 1);
  const { layers, width, pooled, batches } = await writeTritonRepository(path, out, { name, backend, instances });
  const batching = pooled
    ? 'no dynamic batching: the pooling belongs to one window'
    : batches
      ? 'dynamic batching: a row is the same in a batch as alone'
      : 'no dynamic batching: a row is another in a batch than alone';
  terminal.out(`${out}: ${name}, layers ${layers.join(', ')}, width ${width}, ${backend}; ${batching}`);
}

const KSERVE_OPTIONS = {
  out: { type: 'string' },
  storage: { type: 'string' },
  name: { type: 'string', default: 'alknet' },
  cpu: { type: 'string', default: '1' },
  'min-replicas': { type: 'string', default: '1' },
  'max-replicas': { type: 'string', default: '10' },
} as const;

/** Writes the InferenceService. */
export async function kserveCommand(args: string[], terminal: Terminal): Promise<void> {
  const { values, positionals } = parse(args, KSERVE_OPTIONS);
  if (positionals.length > 0) throw badArgument('command line', 'kserve takes no path', 'Give --storage and --out.');
  const out = required('--out', values.out, 'Give a file that ends in .yaml.');
  const storageUri = required('--storage', values.storage, 'Give the URI of a repository that `triton` wrote.');
  if (!/^[a-z][a-z0-9+.-]*:\/\/[^\s]+$/.test(storageUri)) {
    throw badArgument('--storage', 'It is no URI', 'Give pvc://claim/path, s3://bucket/path or the like.');
  }
  const minReplicas = wholeNumber('--min-replicas', values['min-replicas'] as string, 1);
  const maxReplicas = wholeNumber('--max-replicas', values['max-replicas'] as string, minReplicas);
  const cpu = wholeNumber('--cpu', values.cpu as string, 1);
  const name = nameOf(values.name as string);
  mkdirSync(dirname(out), { recursive: true });
  writeFileSync(out, kserveService({ name, storageUri, minReplicas, maxReplicas, cpu }));
  terminal.out(`${out}: ${name}, ${minReplicas} to ${maxReplicas} replicas of ${cpu} cores`);
}

function required(option: string, value: string | undefined, todo: string): string {
  if (value !== undefined && value !== '') return value;
  throw badArgument(option, 'It is missing', todo);
}

/** A DNS label: a folder's name for Triton, a service's for Kubernetes. */
function nameOf(name: string): string {
  if (/^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/.test(name)) return name;
  throw badArgument('--name', `${JSON.stringify(name)} is no DNS label`, 'Use lower-case letters, digits and dashes.');
}
