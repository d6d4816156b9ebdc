/** Runs the tokens of a prefix through a graph once, and keeps what later tokens need of them. */
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { ModelExportError } from '../errors.ts';
import type { OnnxModel, OnnxTensor } from '../onnx/model.ts';
import { writeModel } from '../onnx/write.ts';
import type { TappedValue } from '../surgery/tap-outputs.ts';
import type { Cache } from './caches.ts';
import { PREFIX_TYPES, type Prefix } from './prefix.ts';

/**
 * Reads keys, values and residuals.
 *
 * @param model without a past, complete in memory; its outputs are the values of `caches` and `taps`
 * @throws ModelExportError `bad-argument` where the model cannot read the tokens, `unsupported` for other types than float32
 * and float16
 */
export async function readPrefix(
  model: OnnxModel,
  tokens: readonly number[],
  caches: readonly Cache[],
  taps: readonly TappedValue[],
): Promise<Prefix> {
  const runtime = await import('onnxruntime-node');
  const session: InferenceSession = await runtime.InferenceSession.create(writeModel(model), { logSeverityLevel: 4 });
  try {
    const shape = [1, tokens.length];
    const results = await session.run({
      input_ids: new runtime.Tensor('int64', BigInt64Array.from(tokens, BigInt), shape),
      attention_mask: new runtime.Tensor('int64', new BigInt64Array(tokens.length).fill(1n), shape),
    });
    return {
      tokens,
      caches: new Map(caches.map(({ past, value }) => [past, constant(value, results[value] as Tensor)])),
      rows: new Map(
        taps.map(({ layer, tensor }) => [layer, lastRow(constant(tensor, results[tensor] as Tensor), tokens)]),
      ),
    };
  } catch (cause) {
    if (ModelExportError.isInstance(cause)) throw cause;
    const what = `The model cannot read the tokens ${tokens.join(', ')}`;
    throw new ModelExportError({
      code: 'bad-argument',
      what,
      where: '--sink',
      todo: 'Give ids of its vocabulary.',
      cause,
    });
  } finally {
    await session.release();
  }
}

function constant(name: string, { type, dims, data }: Tensor): OnnxTensor {
  const dataType = PREFIX_TYPES[type];
  const view = data as unknown as ArrayBufferView;
  if (dataType !== undefined && ArrayBuffer.isView(data)) {
    return { name, dataType, dims, bytes: new Uint8Array(view.buffer, view.byteOffset, view.byteLength).slice() };
  }
  throw new ModelExportError({
    code: 'unsupported',
    what: `A sink cannot be baked in: its state is of type ${type}`,
    where: name,
    todo: 'Give an export in float32 or float16, or tap it without --sink.',
  });
}

/** [..., width] of all tokens to [1, 1, width] of the last. */
function lastRow({ name, dataType, bytes }: OnnxTensor, tokens: readonly number[]): OnnxTensor {
  const all = bytes as Uint8Array;
  const size = all.byteLength / tokens.length;
  const width = size / (dataType === PREFIX_TYPES.float16 ? 2 : 4);
  return { name, dataType, dims: [1, 1, width], bytes: all.slice(all.byteLength - size) };
}
