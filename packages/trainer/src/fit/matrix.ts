/** The two matrix products that training spends its time on, done by ONNX Runtime instead of by loops. */
import { DataType, type OnnxNode, writeModel } from '@alknet/firewall-model-export';
import { InferenceSession, Tensor } from 'onnxruntime-node';

/** Products of row-major float32 matrices. */
export interface MatrixProducts {
  /** [m, k] x [k, n] -> [m, n] */
  multiply(a: Float32Array, b: Float32Array, m: number, k: number, n: number): Promise<Float32Array>;
  /** [m, k] transposed x [m, n] -> [k, n] */
  multiplyTransposed(a: Float32Array, b: Float32Array, m: number, k: number, n: number): Promise<Float32Array>;
  close(): Promise<void>;
}

/** Opens both products. One thread: sums in one order, the same bytes on every run. */
export async function openMatrixProducts(): Promise<MatrixProducts> {
  const plain = await open(0);
  const transposed = await open(1);
  const run = async (session: InferenceSession, a: Tensor, b: Tensor): Promise<Float32Array> =>
    (await session.run({ a, b })).c?.data as Float32Array;
  return {
    multiply: (a, b, m, k, n) => run(plain, new Tensor('float32', a, [m, k]), new Tensor('float32', b, [k, n])),
    multiplyTransposed: (a, b, m, k, n) =>
      run(transposed, new Tensor('float32', a, [m, k]), new Tensor('float32', b, [m, n])),
    async close() {
      await plain.release();
      await transposed.release();
    },
  };
}

function open(transA: 0 | 1): Promise<InferenceSession> {
  const gemm: OnnxNode = {
    name: 'product',
    opType: 'Gemm',
    domain: '',
    inputs: ['a', 'b'],
    outputs: ['c'],
    attributes: [{ name: 'transA', type: 'int', value: BigInt(transA) }],
  };
  const value = (name: string) => ({ name, elementType: DataType.FLOAT, shape: [null, null] });
  const graph = writeModel({
    irVersion: 8n,
    opsetImports: [{ domain: '', version: 17n }],
    producerName: 'alknet-firewall-trainer',
    producerVersion: '',
    metadata: [],
    graph: {
      name: 'product',
      nodes: [gemm],
      initializers: [],
      inputs: [value('a'), value('b')],
      outputs: [value('c')],
      valueInfo: [],
    },
  });
  return InferenceSession.create(graph, { intraOpNumThreads: 1, logSeverityLevel: 4 });
}
