import { describe, expect, it } from 'vitest';
import { DataType, type OnnxGraph, type OnnxModel, type OnnxNode } from '../onnx/model.ts';
import { readModel } from '../onnx/read.ts';
import { writeModel } from '../onnx/write.ts';
import { checkCausal } from './causal-check.ts';
import { inspect } from './inspect.ts';
import { makeNode } from './nodes.ts';
import { findResiduals } from './residuals.ts';
import { tap } from './tap.ts';
import { type Form, ids, modelOf, smallDecoder } from './testing/small-decoder.ts';

/** The small decoder with a changed graph. */
function changed(change: (graph: OnnxGraph) => Partial<OnnxGraph>): OnnxModel {
  const { graph } = smallDecoder('serial');
  return modelOf({ ...graph, ...change(graph) });
}

function firstAdd({ nodes }: OnnxGraph): OnnxNode {
  return nodes.find(({ opType }) => opType === 'Add') as OnnxNode;
}

function tapped(model: OnnxModel, layers = [1]): OnnxModel {
  return tap(model, { layers }).model;
}

describe('forms of a layer', () => {
  const forms: [Form, string][] = [
    ['serial', 'AmAm'],
    ['parallel', 'AA'],
    ['parallel-in-two', 'AmAm'],
    ['parallel-mlp-first', 'mAmA'],
    ['experts', 'AmAm'],
  ];
  for (const [form, hops] of forms) {
    it(`counts two layers in a ${form} decoder`, () => {
      const { graph } = smallDecoder(form);
      const stream = findResiduals(graph);
      expect(stream.hops).toBe(hops);
      expect(stream.vocabulary).toBe(8);
      // The middle residual is the last addition of the first layer, whatever order its blocks were added in.
      const adds = graph.nodes.filter(({ opType }) => opType === 'Add').map(({ outputs }) => outputs[0]);
      expect(stream.residuals.map(({ tensor }) => tensor)).toEqual([
        'Gather_1',
        adds[adds.length / 2 - 1],
        adds.at(-1),
      ]);
    });
  }

  it('steps past a scaled embedding', () => {
    expect(findResiduals(smallDecoder('serial', 2, true).graph).residuals[0]?.operator).toBe('Mul');
  });

  it('refuses a norm behind each addition rather than finding a part of the layers', () => {
    const { layers, refusal } = inspect(smallDecoder('post-norm'));
    expect(layers).toBe(0);
    expect(refusal).toMatchObject({ code: 'unsupported' });
  });
});

describe('what is refused', () => {
  it('a cycle', () => {
    const model = changed((graph) => ({
      nodes: graph.nodes.map((node) =>
        node === graph.nodes[1] ? { ...node, inputs: ['logits', ...node.inputs.slice(1)] } : node,
      ),
    }));
    expect(() => tapped(model)).toThrow(
      expect.objectContaining({ code: 'malformed', what: expect.stringMatching(/cycle/) }),
    );
  });

  it('a missing initializer', () => {
    const model = changed(({ initializers }) => ({
      initializers: initializers.filter(({ name }) => name !== 'table'),
    }));
    expect(() => tapped(model)).toThrow(expect.objectContaining({ code: 'missing-tensor' }));
  });

  it('ids that nothing looks up', () => {
    const model = changed((graph) => ({
      nodes: graph.nodes.map((node) =>
        node.opType === 'Gather' ? { ...node, inputs: ['table', 'attention_mask'] } : node,
      ),
    }));
    expect(() => tapped(model)).toThrow(
      expect.objectContaining({ code: 'unsupported', what: expect.stringMatching(/No Gather/) }),
    );
  });

  it('a graph without input_ids', () => {
    const { graph } = smallDecoder('serial');
    const nodes = graph.nodes.map((node) => ({
      ...node,
      inputs: node.inputs.map((name) => (name === 'input_ids' ? 'tokens' : name)),
    }));
    const model = modelOf({ ...graph, nodes, inputs: [ids('tokens'), ids('attention_mask')] });
    expect(() => tapped(model)).toThrow(
      expect.objectContaining({ code: 'unsupported', what: expect.stringMatching(/no input input_ids/) }),
    );
  });

  it('a value given twice', () => {
    const model = changed((graph) => ({ nodes: [...graph.nodes, { ...firstAdd(graph), name: 'again' }] }));
    expect(() => tapped(model)).toThrow(
      expect.objectContaining({ code: 'malformed', what: expect.stringMatching(/given twice/) }),
    );
  });

  it('a residual stream that forks', () => {
    const model = changed((graph) => ({ nodes: [...graph.nodes, makeNode('Add', firstAdd(graph).inputs, ['fork'])] }));
    expect(() => tapped(model)).toThrow(
      expect.objectContaining({ code: 'unsupported', what: expect.stringMatching(/forks/) }),
    );
  });

  it('an If that holds the model and is not on use_cache_branch', () => {
    expect(() => tapped(insideIf('other_flag'))).toThrow(
      expect.objectContaining({ code: 'unsupported', what: expect.stringMatching(/use_cache_branch/) }),
    );
    expect(findResiduals(insideIf('use_cache_branch').graph).hops).toBe('AmAm');
  });

  it('an input that is neither standard nor a past', () => {
    const model = changed(({ nodes, inputs }) => ({
      nodes: nodes.map((node) =>
        node.opType === 'Sigmoid' ? makeNode('Mul', [...node.inputs, 'gain'], node.outputs) : node,
      ),
      inputs: [...inputs, { name: 'gain', elementType: DataType.FLOAT, shape: [4] }],
    }));
    expect(() => tapped(model)).toThrow(expect.objectContaining({ code: 'unsupported', where: 'input "gain"' }));
  });

  it('layers that the model does not have', () => {
    for (const layers of [[], [3], [-1], [0.5]]) {
      expect(() => tapped(smallDecoder('serial'), layers)).toThrow(expect.objectContaining({ code: 'bad-argument' }));
    }
  });

  it('a forged graph in which twenty thousand additions read one value, without walking it for each', () => {
    const { graph } = smallDecoder('serial');
    const pair = (at: number): OnnxNode[] => [
      makeNode('Relu', [`deep${at}`], [`deep${at + 1}`]),
      makeNode('Add', ['Gather_1', `deep${at + 1}`], [`sum${at}`]),
    ];
    const start = [graph.nodes[0] as OnnxNode, makeNode('Relu', ['Gather_1'], ['deep0'])];
    const nodes = [...start, ...Array.from({ length: 20_000 }, (_, at) => pair(at)).flat()];
    expect(() => findResiduals({ ...graph, nodes })).toThrow(expect.objectContaining({ code: 'unsupported' }));
  });

  it('every cut of the file', () => {
    const bytes = writeModel(smallDecoder('serial'));
    for (let length = 0; length < bytes.length; length += 37) {
      expect(() => tapped(readModel(bytes.subarray(0, length)))).toThrow(
        expect.objectContaining({ name: 'ModelExportError' }),
      );
    }
  });

  it('attention without a causal mask, once it runs', async () => {
    const probe = { layers: [1], vocabulary: 8, pooling: true, tolerance: 0 };
    await expect(checkCausal(writeModel(tapped(smallDecoder('serial'))), probe)).rejects.toMatchObject({
      code: 'verification-failed',
      what: expect.stringMatching(/no causal mask/),
    });
  });
});

describe('what is put right', () => {
  it('sorts nodes', () => {
    const model = changed(({ nodes }) => ({ nodes: nodes.toReversed() }));
    expect(writeModel(tapped(model)).length).toBe(writeModel(tapped(smallDecoder('serial'))).length);
  });

  it('moves values that have the names of the new inputs and outputs', async () => {
    const { nodes, outputs } = smallDecoder('serial').graph;
    const rename = (name: string): string => (name === 'Add_1' ? 'pooling' : name === 'Add_2' ? 'hidden_1' : name);
    const moved = nodes.map((node) => ({
      ...node,
      inputs: node.inputs.map(rename),
      outputs: node.outputs.map(rename),
    }));
    const model = tapped(changed(() => ({ nodes: moved, outputs })));
    expect(model.graph.inputs.map(({ name }) => name)).toEqual(['input_ids', 'attention_mask', 'pooling']);
    const probe = { layers: [1], vocabulary: 8, pooling: true, tolerance: 9 };
    await expect(checkCausal(writeModel(model), probe)).resolves.toMatchObject({ width: 4 });
  });

  it('converts ids for an export that takes int32', async () => {
    const model = tapped(
      changed(({ inputs }) => ({ inputs: inputs.map((input) => ({ ...input, elementType: DataType.INT32 })) })),
    );
    const probe = { layers: [1], vocabulary: 8, pooling: true, tolerance: 9 };
    await expect(checkCausal(writeModel(model), probe)).resolves.toMatchObject({ width: 4 });
  });
});

/** The small decoder as both branches of an If. */
function insideIf(flag: string): OnnxModel {
  const { graph } = smallDecoder('serial');
  const branch: OnnxGraph = { ...graph, inputs: [], initializers: [] };
  const holder = makeNode(
    'If',
    [flag],
    ['logits'],
    [
      { name: 'then_branch', type: 'graph', value: branch },
      { name: 'else_branch', type: 'graph', value: branch },
    ],
  );
  return modelOf({
    ...graph,
    nodes: [holder],
    inputs: [...graph.inputs, { name: flag, elementType: DataType.BOOL, shape: [1] }],
  });
}
