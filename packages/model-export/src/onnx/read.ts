/** Reads an ONNX model from its protobuf bytes, within bounds, into plain data. */
import { BinaryReader, type WireType } from '@bufbuild/protobuf/wire';
import { ModelExportError } from '../errors.ts';
import { ATTRIBUTE_TYPE } from './attribute-type.ts';
import { int64, messageEnd, readFields, readMessage, readRepeated } from './fields.ts';
import type {
  AttributeValue,
  OnnxAttribute,
  OnnxGraph,
  OnnxModel,
  OnnxNode,
  OnnxTensor,
  OnnxValueInfo,
  OperatorSetId,
  StringStringEntry,
} from './model.ts';
import { readEntry } from './read-entry.ts';
import { readTensor } from './read-tensor.ts';
import { readValueInfo } from './read-value-info.ts';

/** Protobuf's own limit on one message. */
export const MAX_MODEL_BYTES: number = 2 ** 31 - 1;
/** Deepest nesting of graphs in graphs (If, Loop); keeps a forged file from overflowing the stack (CWE-674). */
export const MAX_GRAPH_DEPTH = 16;

/**
 * Parses a model. Unknown fields are dropped; tensor data are views into `bytes`.
 * Throws `malformed` or `truncated` for bytes that are not a model, `limit-exceeded` for forged ones, `unsupported` for
 * functions and sparse constants, which dropping would change what the model computes.
 *
 * @example
 * const model = readModel(await readFile('model.onnx'));
 * model.graph.nodes.map((node) => node.opType);
 */
export function readModel(bytes: Uint8Array, where = 'model'): OnnxModel {
  if (bytes.byteLength > MAX_MODEL_BYTES) throw fail('limit-exceeded', where, `It is over ${MAX_MODEL_BYTES} bytes`);
  try {
    return readModelFields(new BinaryReader(bytes), bytes.byteLength, where);
  } catch (cause) {
    if (ModelExportError.isInstance(cause)) throw cause;
    const code = cause instanceof RangeError ? 'truncated' : 'malformed';
    throw fail(code, where, `The bytes are not a whole ONNX model: ${(cause as Error).message}`, cause);
  }
}

function readModelFields(reader: BinaryReader, end: number, where: string): OnnxModel {
  let irVersion = 0n;
  let producerName = '';
  let producerVersion = '';
  let graph: OnnxGraph | undefined;
  const opsetImports: OperatorSetId[] = [];
  const metadata: StringStringEntry[] = [];
  readFields(reader, end, {
    1: () => {
      irVersion = int64(reader);
    },
    2: () => {
      producerName = reader.string();
    },
    3: () => {
      producerVersion = reader.string();
    },
    7: () => {
      graph = readGraph(reader, 0);
    },
    8: () => opsetImports.push(readOpset(reader)),
    14: () => metadata.push(readEntry(reader)),
    25: () => {
      throw fail('unsupported', where, 'The model has local functions');
    },
  });
  if (graph === undefined || irVersion === 0n) throw fail('malformed', where, 'There is no graph or no IR version');
  return { irVersion, opsetImports, producerName, producerVersion, graph, metadata };
}

function readOpset(reader: BinaryReader): OperatorSetId {
  let domain = '';
  let version = 0n;
  readMessage(reader, {
    1: () => {
      domain = reader.string();
    },
    2: () => {
      version = int64(reader);
    },
  });
  return { domain, version };
}

function readGraph(reader: BinaryReader, depth: number): OnnxGraph {
  const end = messageEnd(reader);
  if (depth >= MAX_GRAPH_DEPTH) {
    throw fail('limit-exceeded', 'graph', `Graphs are nested deeper than ${MAX_GRAPH_DEPTH}`);
  }
  let name = '';
  const nodes: OnnxNode[] = [];
  const initializers: OnnxTensor[] = [];
  const inputs: OnnxValueInfo[] = [];
  const outputs: OnnxValueInfo[] = [];
  const valueInfo: OnnxValueInfo[] = [];
  readFields(reader, end, {
    1: () => nodes.push(readNode(reader, depth)),
    2: () => {
      name = reader.string();
    },
    5: () => initializers.push(readTensor(reader)),
    11: () => inputs.push(readValueInfo(reader)),
    12: () => outputs.push(readValueInfo(reader)),
    13: () => valueInfo.push(readValueInfo(reader)),
    15: () => {
      throw fail('unsupported', `graph ${JSON.stringify(name)}`, 'The graph has sparse constants');
    },
  });
  return { name, nodes, initializers, inputs, outputs, valueInfo };
}

function readNode(reader: BinaryReader, depth: number): OnnxNode {
  let [name, opType, domain] = ['', '', ''];
  const inputs: string[] = [];
  const outputs: string[] = [];
  const attributes: OnnxAttribute[] = [];
  readMessage(reader, {
    1: () => inputs.push(reader.string()),
    2: () => outputs.push(reader.string()),
    3: () => {
      name = reader.string();
    },
    4: () => {
      opType = reader.string();
    },
    5: () => attributes.push(readAttribute(reader, depth)),
    7: () => {
      domain = reader.string();
    },
  });
  return { name, opType, domain, inputs, outputs, attributes };
}

function readAttribute(reader: BinaryReader, depth: number): OnnxAttribute {
  let name = '';
  let type = 0;
  let [f, i, s] = [0, 0n, new Uint8Array(0)];
  let [t, g]: [OnnxTensor | undefined, OnnxGraph | undefined] = [undefined, undefined];
  const lists = { floats: [] as number[], ints: [] as bigint[], strings: [] as Uint8Array[] };
  const nested = { tensors: [] as OnnxTensor[], graphs: [] as OnnxGraph[] };
  readMessage(reader, {
    1: () => {
      name = reader.string();
    },
    2: () => {
      f = reader.float();
    },
    3: () => {
      i = int64(reader);
    },
    4: () => {
      s = reader.bytes() as Uint8Array<ArrayBuffer>;
    },
    5: () => {
      t = readTensor(reader);
    },
    6: () => {
      g = readGraph(reader, depth + 1);
    },
    7: (_, wire: WireType) => readRepeated(reader, wire, () => reader.float(), lists.floats),
    8: (_, wire: WireType) => readRepeated(reader, wire, () => int64(reader), lists.ints),
    9: () => lists.strings.push(reader.bytes()),
    10: () => nested.tensors.push(readTensor(reader)),
    11: () => nested.graphs.push(readGraph(reader, depth + 1)),
    20: () => {
      type = reader.int32();
    },
  });
  const candidates: Readonly<Record<string, unknown>> = {
    float: f,
    int: i,
    string: s,
    tensor: t,
    graph: g,
    ...lists,
    ...nested,
  };
  const kind = Object.entries(ATTRIBUTE_TYPE).find(([, number]) => number === type)?.[0];
  if (kind === undefined)
    throw fail('unsupported', `attribute ${JSON.stringify(name)}`, `Its type ${type} is not read`);
  if (candidates[kind] === undefined)
    throw fail('malformed', `attribute ${JSON.stringify(name)}`, 'Its value is missing');
  return { name, ...({ type: kind, value: candidates[kind] } as AttributeValue) };
}

function fail(code: ModelExportError['code'], where: string, what: string, cause?: unknown): ModelExportError {
  const todo = 'Give a whole ONNX model that onnxruntime loads, or export it again.';
  return new ModelExportError({ code, what, where, todo, cause });
}
