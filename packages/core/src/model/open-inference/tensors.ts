/**
 * Tensors of the Open Inference Protocol v2 over HTTP: as JSON, or behind the JSON in binary (Triton's binary tensor data extension).
 *
 * @see https://github.com/kserve/open-inference-protocol/blob/main/specification/protocol/inference_rest.md
 * @see https://github.com/triton-inference-server/server/blob/main/docs/protocol/extension_binary_data.md
 */
import { z } from 'zod';
import { parseJson } from '../../json.ts';
import { int64Words } from '../int64.ts';
import type { Answer } from './http.ts';

/** A tensor to send: int64 from token ids, float32 from weights. */
export interface InputTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Int32Array | Float32Array;
}

/** A float32 tensor that is expected back. */
export interface OutputShape {
  readonly name: string;
  readonly shape: readonly number[];
}

/** How tensors travel. */
export type Encoding = 'binary' | 'json';

/** An encoded inference request. */
export interface EncodedRequest {
  readonly body: Uint8Array | string;
  readonly headers: Readonly<Record<string, string>>;
}

const headerLength = 'inference-header-content-length';

/** @param id any text; KServe refuses requests without one */
export function encodeRequest(
  id: string,
  inputs: readonly InputTensor[],
  outputs: readonly OutputShape[],
  encoding: Encoding,
): EncodedRequest {
  const parts = inputs.map(({ values }) => littleEndian(values));
  const binary = encoding === 'binary';
  const header = JSON.stringify({
    id,
    inputs: inputs.map(({ name, shape, values }, i) => ({
      name,
      shape,
      datatype: values instanceof Int32Array ? 'INT64' : 'FP32',
      ...(binary ? { parameters: { binary_data_size: parts[i]?.byteLength } } : { data: Array.from(values) }),
    })),
    outputs: outputs.map(({ name }) => ({ name, parameters: { binary_data: binary } })),
  });
  if (!binary) return { body: header, headers: { 'content-type': 'application/json' } };
  const json = Buffer.from(header);
  return {
    body: Buffer.concat([json, ...parts]),
    headers: { 'content-type': 'application/octet-stream', [headerLength]: String(json.byteLength) },
  };
}

const answerSchema = z.looseObject({
  outputs: z.array(
    z.looseObject({
      name: z.string(),
      datatype: z.string(),
      shape: z.array(z.int().min(0)),
      parameters: z.looseObject({ binary_data_size: z.unknown().optional() }).nullish(),
      data: z.unknown().optional(),
    }),
  ),
});

/**
 * Reads the expected tensors out of an answer, binary or JSON. Servers answer 200 with tensors that are missing, empty or cut
 * short (Triton's Python backend under numpy 2 says `binary_data_size: 0`), so every size is compared with the shape.
 *
 * @returns one array an expected tensor, or what is wrong with the answer, in words that quote none of it
 */
export function decodeAnswer({ headers, body }: Answer, expected: readonly OutputShape[]): Float32Array[] | string {
  const stated = headers.get(headerLength);
  const jsonBytes = stated === null ? body.byteLength : Number(stated);
  if (!Number.isSafeInteger(jsonBytes) || jsonBytes > body.byteLength) return 'The length of its JSON part is wrong';
  const json = answerSchema.safeParse(parseJson(Buffer.from(body.subarray(0, jsonBytes)).toString('utf8')));
  if (!json.success) return 'It is no inference answer';

  const found = new Map<string, Float32Array>();
  let offset = jsonBytes;
  for (const { name, datatype, shape, parameters, data } of json.data.outputs) {
    const wanted = expected.find((tensor) => tensor.name === name);
    if (wanted === undefined || found.has(name)) return 'It holds a tensor that was not asked for';
    if (datatype !== 'FP32' || shape.join() !== wanted.shape.join()) {
      return `${name} is not FP32 [${wanted.shape}]`;
    }
    const count = shape.reduce((product, size) => product * size, 1);
    const size = parameters?.binary_data_size;
    if (size === undefined) {
      const values = flat(data);
      if (values.length !== count || !values.every((value) => typeof value === 'number')) {
        return `${name} does not hold ${count} numbers`;
      }
      found.set(name, Float32Array.from(values as number[]));
    } else {
      if (size !== count * 4 || offset + size > body.byteLength) return `${name} does not have ${count * 4} bytes`;
      // A copy: the tensor may begin at any byte, a Float32Array only at every fourth.
      found.set(name, new Float32Array(Uint8Array.from(body.subarray(offset, offset + size)).buffer));
      offset += size;
    }
  }
  const missing = expected.find(({ name }) => !found.has(name));
  if (missing !== undefined) return `${missing.name} is missing`;
  if (offset !== body.byteLength) return `${body.byteLength - offset} bytes follow the last tensor`;
  return expected.map(({ name }) => found.get(name) as Float32Array);
}

function littleEndian(values: Int32Array | Float32Array): Uint8Array {
  const { buffer, byteOffset, byteLength } = values instanceof Float32Array ? values : int64Words(values);
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** JSON tensors may be nested by dimension or flat. */
function flat(data: unknown): unknown[] {
  return Array.isArray(data) ? data.flat(maxRank) : [];
}

/** Deepest nesting of a JSON tensor that is flattened: [batch, segments, width] has three (CWE-674). */
const maxRank = 4;
