/** Loads constants kept outside the model file, from the model's own folder and nowhere else. */
import { closeSync, constants, fstatSync, lstatSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { ModelExportError } from '../errors.ts';
import { ELEMENT_BITS, type OnnxAttribute, type OnnxGraph, type OnnxTensor } from '../onnx/model.ts';
import { MAX_MODEL_BYTES } from '../onnx/read.ts';
import { malformed, quoted } from './refusal.ts';

/**
 * Puts the data of external constants into the graph, nested graphs included. A location must be a plain relative path
 * below `folder` without symbolic links (CWE-22, CWE-59), and all data together must fit one file (CWE-400).
 *
 * @throws ModelExportError `malformed` for a location outside the folder or a size that contradicts the shape,
 * `truncated`, `file-unreadable`, `limit-exceeded`
 */
export function loadExternalData(graph: OnnxGraph, folder: string): OnnxGraph {
  let total = 0;
  const load = (tensor: OnnxTensor): OnnxTensor => {
    const { external, ...rest } = tensor;
    if (external === undefined) return tensor;
    const place = placeOf(tensor);
    total += place.length;
    if (total > MAX_MODEL_BYTES) throw tooLarge(total, tensor);
    return { ...rest, bytes: readPlace(place, folder, tensor) };
  };
  return mapTensors(graph, load);
}

interface Place {
  readonly segments: readonly string[];
  readonly offset: number;
  readonly length: number;
}

function placeOf(tensor: OnnxTensor): Place {
  const entries = new Map(tensor.external?.map(({ key, value }) => [key, value]));
  const location = entries.get('location') ?? '';
  const segments = location.split('/').filter((segment, at) => segment !== '.' || at > 0);
  // Backslashes and colons would mean folders and drives on Windows.
  if (/[\\:\0]/.test(location) || segments.some((segment) => segment === '' || segment === '.' || segment === '..')) {
    throw malformed(`External data lies at ${quoted(location)}, not inside the model's folder`, label(tensor));
  }
  const bits = ELEMENT_BITS.get(tensor.dataType);
  const expected = bits === undefined ? undefined : Math.ceil((tensor.dims.reduce((a, b) => a * b, 1) * bits) / 8);
  const offset = sizeOf(entries.get('offset') ?? '0', tensor);
  const length = sizeOf(entries.get('length') ?? String(expected), tensor);
  if (length === expected) return { segments, offset, length };
  throw malformed(
    `Its shape needs ${expected ?? 'another type of'} bytes, its external data has ${length}`,
    label(tensor),
  );
}

function sizeOf(text: string, tensor: OnnxTensor): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(value)) return value;
  throw malformed(`${quoted(text)} is no size of external data`, label(tensor));
}

function readPlace({ segments, offset, length }: Place, folder: string, tensor: OnnxTensor): Uint8Array {
  const path = join(folder, ...segments);
  refuseLinks(folder, segments, tensor);
  let handle: number;
  try {
    // O_NONBLOCK: opening a named pipe must not wait for a writer.
    handle = openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
  } catch (cause) {
    throw unreadable(path, cause);
  }
  try {
    const stat = fstatSync(handle);
    if (!stat.isFile()) throw malformed('External data is not a regular file', path);
    if (offset + length > stat.size) throw truncated(path, offset + length, stat.size);
    const bytes = new Uint8Array(length);
    for (let done = 0; done < length; ) {
      const count = readSync(handle, bytes, done, length - done, offset + done);
      if (count === 0) throw truncated(path, offset + length, offset + done);
      done += count;
    }
    return bytes;
  } finally {
    closeSync(handle);
  }
}

function refuseLinks(folder: string, segments: readonly string[], tensor: OnnxTensor): void {
  for (let count = 1; count <= segments.length; count++) {
    const path = join(folder, ...segments.slice(0, count));
    const isLink = lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink();
    if (!isLink) continue;
    const todo = 'Copy the model with its data into one folder, links resolved (cp -rL).';
    throw new ModelExportError({
      code: 'malformed',
      what: `External data of ${label(tensor)} is a link`,
      where: path,
      todo,
    });
  }
}

function mapTensors(graph: OnnxGraph, load: (tensor: OnnxTensor) => OnnxTensor): OnnxGraph {
  const attribute = (value: OnnxAttribute): OnnxAttribute => {
    if (value.type === 'tensor') return { ...value, value: load(value.value) };
    if (value.type === 'tensors') return { ...value, value: value.value.map(load) };
    if (value.type === 'graph') return { ...value, value: mapTensors(value.value, load) };
    return value.type === 'graphs' ? { ...value, value: value.value.map((nested) => mapTensors(nested, load)) } : value;
  };
  const nodes = graph.nodes.map((node) => ({ ...node, attributes: node.attributes.map(attribute) }));
  return { ...graph, nodes, initializers: graph.initializers.map(load) };
}

function label(tensor: OnnxTensor): string {
  return `tensor ${quoted(tensor.name)}`;
}

function truncated(where: string, needed: number, size: number): ModelExportError {
  const todo = 'The file is cut short: download it again and compare its sha256.';
  return new ModelExportError({
    code: 'truncated',
    what: `${needed} bytes are needed, the file has ${size}`,
    where,
    todo,
  });
}

function unreadable(where: string, cause: unknown): ModelExportError {
  const todo = 'Put the data file beside the model under the name that the model gives it.';
  return new ModelExportError({ code: 'file-unreadable', what: 'External data cannot be opened', where, todo, cause });
}

function tooLarge(total: number, tensor: OnnxTensor): ModelExportError {
  return new ModelExportError({
    code: 'limit-exceeded',
    what: `The constants up to the last tap have over ${total} bytes; one file holds ${MAX_MODEL_BYTES}`,
    where: label(tensor),
    todo: 'Tap earlier layers, or start from a quantised export.',
  });
}
