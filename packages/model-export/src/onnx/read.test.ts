import { readdirSync, readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { describe, expect, it } from 'vitest';
import { ModelExportError } from '../errors.ts';
import { fixture, haveFixtures } from '../testing/fixtures.ts';
import { float, GraphBuilder } from './graph-builder.ts';
import { DataType, type OnnxGraph, type OnnxModel, type OnnxTensor } from './model.ts';
import { MAX_GRAPH_DEPTH, readModel } from './read.ts';
import { floatTensor, int64Tensor, tensorFloats, tensorInt64s } from './tensors.ts';
import { writeModel } from './write.ts';

describe('reading what was written', () => {
  it('gives the same model, and writing that the same bytes', () => {
    const model = smallModel();
    const bytes = writeModel(model);
    expect(readModel(bytes)).toEqual(model);
    expect(Buffer.compare(writeModel(readModel(bytes)), bytes)).toBe(0);
  });

  it('keeps values of constants', () => {
    expect([...tensorFloats(floatTensor('a', [2], [1, -2.5]))]).toEqual([1, -2.5]);
    expect(tensorInt64s(int64Tensor('a', [2], [-1, 2 ** 40]))).toEqual([-1n, 2n ** 40n]);
  });

  it('turns typed fields into bytes', () => {
    const read = readTensorFields(DataType.FLOAT16, (writer) =>
      writer.tag(5, WireType.LengthDelimited).fork().int32(0x3c00).join(),
    );
    expect([...(read.bytes as Uint8Array)]).toEqual([0x00, 0x3c]);
    const unpacked = readTensorFields(DataType.INT64, (writer) => writer.tag(7, WireType.Varint).int64(-3n));
    expect(tensorInt64s(unpacked)).toEqual([-3n]);
  });
});

describe.skipIf(!haveFixtures)('graphs of other exporters', () => {
  const names = haveFixtures ? readdirSync(fixture('tiny')).filter((name) => name.endsWith('.onnx')) : ['none'];
  it.each(names)('%s survives a round trip in content', (name) => {
    const model = readModel(new Uint8Array(readFileSync(fixture(`tiny/${name}`))), name);
    expect(model.graph.nodes.length).toBeGreaterThan(0);
    expect(isDeepStrictEqual(readModel(writeModel(model)), model)).toBe(true); // toEqual takes minutes over large arrays
  });
});

describe('hostile bytes', () => {
  it('a model cut anywhere gives a typed error or a smaller model, never a crash', () => {
    const bytes = writeModel(smallModel());
    for (let length = 0; length < bytes.length; length++)
      expect(['no error', 'truncated', 'malformed']).toContain(codeOf(bytes.subarray(0, length)));
  });

  it('flipped bytes give a typed error or a model, never a crash', () => {
    const bytes = writeModel(smallModel());
    for (let at = 0; at < bytes.length; at++) {
      const broken = bytes.slice();
      broken[at] = (broken[at] as number) ^ 0xff;
      expect(codeOf(broken)).not.toMatch(/untyped/);
    }
  });

  it.each([
    ['an empty file', 'malformed', new Uint8Array(0)],
    ['text', 'truncated', new TextEncoder().encode('this is not a model')],
    ['a graph longer than the file', 'truncated', Buffer.from([0x08, 0x0a, 0x3a, 0xff, 0xff, 0xff, 0x7f])],
    ['graphs in graphs without end', 'limit-exceeded', writeModel(nestedModel(MAX_GRAPH_DEPTH + 1))],
    [
      'a constant shorter than its shape',
      'malformed',
      writeModel(withTensor({ ...floatTensor('a', [2], [1, 2]), dims: [3] })),
    ],
    [
      'a shape that overflows',
      'malformed',
      writeModel(withTensor({ ...floatTensor('a', [2], [1, 2]), dims: [2 ** 50, 2 ** 50] })),
    ],
    ['a negative dimension', 'malformed', writeModel(withTensor({ ...floatTensor('a', [1], [1]), dims: [-1] }))],
    [
      'an element type that does not exist',
      'unsupported',
      writeModel(withTensor({ ...floatTensor('a', [1], [1]), dataType: 99 })),
    ],
    [
      'more dimensions than any tensor has',
      'limit-exceeded',
      writeModel(withTensor({ ...floatTensor('a', [1], [1]), dims: Array(40).fill(1) })),
    ],
  ])('refuses %s', (_, code, bytes) => {
    expect(codeOf(bytes)).toBe(code);
  });

  it('refuses local functions rather than drop them', () => {
    const bytes = Buffer.concat([
      writeModel(smallModel()),
      new BinaryWriter().tag(25, WireType.LengthDelimited).bytes(new Uint8Array(0)).finish(),
    ]);
    expect(codeOf(bytes)).toBe('unsupported');
  });
});

function smallModel(): OnnxModel {
  const graph = new GraphBuilder();
  const inner: OnnxGraph = new GraphBuilder().build('inner', [], []);
  graph.node('Add', ['x', graph.constant(floatTensor('one', [1], [1]))], { outputs: ['y'] });
  graph.node('Odd', ['y', '', 'x'], {
    domain: 'com.example',
    outputs: ['', 'z'],
    attributes: {
      a: float(0.5),
      b: -3,
      c: 'text',
      d: [1, 2, -9],
      e: { type: 'graph', value: inner },
      f: { type: 'tensor', value: int64Tensor('t', [], [5]) },
      g: { type: 'floats', value: [1, 2] },
      h: { type: 'strings', value: [new TextEncoder().encode('s')] },
    },
  });
  return {
    irVersion: 10n,
    opsetImports: [{ domain: '', version: 21n }],
    producerName: 'test',
    producerVersion: '1',
    graph: graph.build(
      'g',
      [{ name: 'x', elementType: DataType.FLOAT, shape: ['n', 3, null] }],
      [{ name: 'z', elementType: DataType.FLOAT }],
    ),
    metadata: [{ key: 'k', value: 'v' }],
  };
}

function withTensor(tensor: OnnxTensor): OnnxModel {
  const model = smallModel();
  return { ...model, graph: { ...model.graph, initializers: [tensor] } };
}

function nestedModel(depth: number): OnnxModel {
  let graph = new GraphBuilder().build('leaf', [], []);
  for (let i = 0; i < depth; i++) {
    const outer = new GraphBuilder();
    outer.node('If', ['c'], { attributes: { then_branch: { type: 'graph', value: graph } } });
    graph = outer.build('branch', [], []);
  }
  return { ...smallModel(), graph };
}

function readTensorFields(dataType: number, write: (writer: BinaryWriter) => BinaryWriter): OnnxTensor {
  const tensor = new BinaryWriter().tag(1, WireType.Varint).int64(1).tag(2, WireType.Varint).int32(dataType);
  const graph = new BinaryWriter().tag(5, WireType.LengthDelimited).bytes(write(tensor).finish()).finish();
  const model = new BinaryWriter()
    .tag(1, WireType.Varint)
    .int64(10)
    .tag(7, WireType.LengthDelimited)
    .bytes(graph)
    .finish();
  return readModel(model).graph.initializers[0] as OnnxTensor;
}

function codeOf(bytes: Uint8Array): string {
  try {
    readModel(bytes);
  } catch (error) {
    return ModelExportError.isInstance(error) ? error.code : `untyped: ${error}`;
  }
  return 'no error';
}
