/** Writes a LLaMA-family decoder the way exporters do: logits and present key values, small operators, data beside the model. */
import { closeSync, openSync, writeSync } from 'node:fs';
import { DataType, writeModel } from '@alknet/firewall-model-export';

/**
 * Writes `model.onnx` and `model.onnx_data` into `folder`.
 *
 * @param {import('@alknet/firewall-model-export').LlamaWeights} weights all layers
 */
export function writeStandardExport(folder, weights, positions, writeFile) {
  const data = openSync(`${folder}/model.onnx_data`, 'w');
  try {
    const model = standardExport(weights, positions, appender(data));
    writeFile(`${folder}/model.onnx`, writeModel(model));
    return model;
  } finally {
    closeSync(data);
  }
}

/** Appends bytes to the data file; gives the entries that say where they lie. */
function appender(handle) {
  let offset = 0;
  return (bytes) => {
    const entries = { location: 'model.onnx_data', offset: String(offset), length: String(bytes.byteLength) };
    for (let done = 0; done < bytes.byteLength; ) done += writeSync(handle, bytes, done);
    offset += bytes.byteLength;
    return Object.entries(entries).map(([key, value]) => ({ key, value }));
  };
}

function standardExport({ config, embedding, layers }, positions, store) {
  const { width, heads, kvHeads, headSize, ropeTheta, normEpsilon } = config;
  const nodes = [];
  const initializers = [];
  const op = (opType, inputs, attributes = {}, outputs = [`/${opType}_${nodes.length}`]) => {
    const list = Object.entries(attributes).map(([name, value]) =>
      Array.isArray(value)
        ? { name, type: 'ints', value: value.map(BigInt) }
        : { name, type: 'int', value: BigInt(value) },
    );
    nodes.push({ name: `/node_${nodes.length}`, opType, domain: '', inputs, outputs, attributes: list });
    return outputs[0];
  };
  const stored = (name, dims, values) => {
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    initializers.push({ name, dataType: DataType.FLOAT, dims, external: store(bytes) });
    return name;
  };
  const float = (values, dims = []) => {
    const name = `constant_${initializers.length}`;
    initializers.push({
      name,
      dataType: DataType.FLOAT,
      dims,
      bytes: new Uint8Array(Float32Array.from(values).buffer),
    });
    return name;
  };
  const ints = (values, dims = [values.length]) => {
    const name = `constant_${initializers.length}`;
    initializers.push({
      name,
      dataType: DataType.INT64,
      dims,
      bytes: new Uint8Array(BigInt64Array.from(values, BigInt).buffer),
    });
    return name;
  };
  const linear = (x, name, { rows, columns, values }) =>
    op('MatMul', [x, op('Transpose', [stored(name, [rows, columns], values)], { perm: [1, 0] })]);
  const norm = (x, name, scale) => {
    const mean = op('ReduceMean', [op('Pow', [x, float([2])]), ints([-1])], { keepdims: 1 });
    const root = op('Sqrt', [op('Add', [mean, float([normEpsilon])])]);
    return op('Mul', [stored(name, [width], scale), op('Mul', [x, op('Div', [float([1]), root])])]);
  };

  const size = (value, axis) => op('Gather', [op('Shape', [value]), ints([axis], [])], { axis: 0 });
  const tokens = size('input_ids', 1);
  const past = size('past_key_values.0.key', 2);
  const total = op('Add', [past, tokens]);
  const range = (start) => op('Range', [start, total, ints([1], [])]);
  const causal = op('LessOrEqual', [
    op('Unsqueeze', [range(ints([0], [])), ints([0])]),
    op('Unsqueeze', [range(past), ints([1])]),
  ]);
  const present = op('Unsqueeze', [op('Cast', ['attention_mask'], { to: DataType.BOOL }), ints([1, 2])]);
  const bias = op('Where', [op('And', [causal, present]), float([0]), float([-3.4e38])]);
  const { cos, sin } = rotaryTables(positions, headSize, ropeTheta);
  const angles = (name, table) =>
    op('Unsqueeze', [
      op('Gather', [stored(name, [positions, headSize], table), 'position_ids'], { axis: 0 }),
      ints([1]),
    ]);
  const [cosines, sines] = [angles('rotary.cos', cos), angles('rotary.sin', sin)];
  const halves = (x, start, end) => op('Slice', [x, ints([start]), ints([end]), ints([-1])]);
  const rotate = (x) => {
    const turned = op('Concat', [op('Neg', [halves(x, headSize / 2, headSize)]), halves(x, 0, headSize / 2)], {
      axis: -1,
    });
    return op('Add', [op('Mul', [x, cosines]), op('Mul', [turned, sines])]);
  };
  const split = (x, count) =>
    op('Transpose', [op('Reshape', [x, ints([0, -1, count, headSize])])], { perm: [0, 2, 1, 3] });
  const repeat = (x) => {
    const copies = op('Expand', [op('Unsqueeze', [x, ints([2])]), ints([1, 1, heads / kvHeads, 1, 1])]);
    return op('Reshape', [copies, ints([0, heads, -1, headSize])]);
  };
  const cached = (x, layer, part) =>
    op('Concat', [`past_key_values.${layer}.${part}`, x], { axis: -2 }, [`present.${layer}.${part}`]);

  let x = op('Gather', [stored('model.embed_tokens.weight', [embedding.rows, width], embedding.values), 'input_ids']);
  layers.forEach((layer, at) => {
    const name = (part) => `model.layers.${at}.${part}.weight`;
    const normed = norm(x, name('input_layernorm'), layer.attentionNorm);
    const q = rotate(split(linear(normed, name('q_proj'), layer.q), heads));
    const k = repeat(cached(rotate(split(linear(normed, name('k_proj'), layer.k), kvHeads)), at, 'key'));
    const v = repeat(cached(split(linear(normed, name('v_proj'), layer.v), kvHeads), at, 'value'));
    const scores = op('Mul', [
      op('MatMul', [q, op('Transpose', [k], { perm: [0, 1, 3, 2] })]),
      float([headSize ** -0.5]),
    ]);
    const mixed = op('MatMul', [op('Softmax', [op('Add', [scores, bias])], { axis: -1 }), v]);
    const joined = op('Reshape', [op('Transpose', [mixed], { perm: [0, 2, 1, 3] }), ints([0, -1, heads * headSize])]);
    x = op('Add', [x, linear(joined, name('o_proj'), layer.o)]);
    const inner = norm(x, name('post_attention_layernorm'), layer.feedForwardNorm);
    const gate = linear(inner, name('gate_proj'), layer.gate);
    const gated = op('Mul', [op('Mul', [gate, op('Sigmoid', [gate])]), linear(inner, name('up_proj'), layer.up)]);
    x = op('Add', [x, linear(gated, name('down_proj'), layer.down)]);
  });
  const final = norm(x, 'model.norm.weight', new Float32Array(width).fill(1));
  op('MatMul', [final, op('Transpose', ['model.embed_tokens.weight'], { perm: [1, 0] })], {}, ['logits']);

  const info = (name, elementType, shape) => ({ name, elementType, shape });
  const caches = (stem, length) =>
    layers.flatMap((_, at) =>
      ['key', 'value'].map((part) =>
        info(`${stem}.${at}.${part}`, DataType.FLOAT, ['batch_size', kvHeads, length, headSize]),
      ),
    );
  const inputs = [
    info('input_ids', DataType.INT64, ['batch_size', 'sequence_length']),
    info('attention_mask', DataType.INT64, ['batch_size', 'past_sequence_length + sequence_length']),
    info('position_ids', DataType.INT64, ['batch_size', 'sequence_length']),
    ...caches('past_key_values', 'past_sequence_length'),
  ];
  const logits = info('logits', DataType.FLOAT, ['batch_size', 'sequence_length', embedding.rows]);
  const outputs = [logits, ...caches('present', 'past_sequence_length + sequence_length')];
  const graph = { name: 'main_graph', nodes, initializers, inputs, outputs, valueInfo: [] };
  const metadata = [{ key: 'note', value: 'made by demo-tap.mjs; the final norm is a stand-in, no tap reads it' }];
  return {
    irVersion: 8n,
    opsetImports: [{ domain: '', version: 18n }],
    producerName: 'demo',
    producerVersion: '',
    graph,
    metadata,
  };
}

/** [positions, headSize], the halves alike. */
function rotaryTables(positions, headSize, theta) {
  const angle = (i) => Math.floor(i / headSize) * theta ** ((-2 * (i % (headSize / 2))) / headSize);
  const table = (fn) => Float32Array.from({ length: positions * headSize }, (_, i) => fn(angle(i)));
  return { cos: table(Math.cos), sin: table(Math.sin) };
}
