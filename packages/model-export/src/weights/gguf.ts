/** GGUF files (llama.cpp's format) as a weight source. Format: ggml's docs/gguf.md. */
import { ModelExportError } from '../errors.ts';
import type { ByteSource } from './byte-source.ts';
import { BLOCK_TYPES, type BlockType, dequantize } from './dequantize.ts';
import { type GgufHeader, type GgufTensorEntry, readGgufHeader } from './gguf-header.ts';
import type { TensorInfo, WeightSource } from './weight-source.ts';

/** Most values of one tensor; keeps a forged shape from a huge allocation (CWE-789). */
export const MAX_TENSOR_VALUES: number = 2 ** 31;

interface PlacedTensor extends TensorInfo {
  readonly block: BlockType | undefined;
  readonly values: number;
  readonly offset: number; // from the start of the file
  readonly bytes: number;
}

/**
 * Opens a GGUF file. Only the header is read now, and each tensor when it is asked for.
 * Throws `malformed`, `truncated`, `unsupported` or `limit-exceeded`.
 *
 * @example
 * const source = openGguf(fileSource('SmolLM2-135M-Instruct.Q4_1.gguf'));
 * source.tensors.get('token_embd.weight'); // { name, type: 'Q8_0', shape: [49152, 576] }
 */
export function openGguf(source: ByteSource): WeightSource {
  const header = readGgufHeader(source);
  const tensors = new Map<string, PlacedTensor>();
  for (const entry of header.entries) tensors.set(entry.name, placeTensor(source, header, entry));

  const find = (name: string): PlacedTensor => {
    const tensor = tensors.get(name);
    if (tensor !== undefined) return tensor;
    throw new ModelExportError({
      code: 'missing-tensor',
      what: `There is no tensor ${JSON.stringify(name)}`,
      where: source.name,
      todo: 'Check that the file is of a supported architecture (`alknet-model-export inspect FILE`).',
    });
  };

  return {
    format: 'gguf',
    metadata: header.metadata,
    tensors,
    float32(name) {
      const tensor = find(name);
      return dequantize(readable(source, tensor), source.read(tensor.offset, tensor.bytes), tensor.values);
    },
    raw(name) {
      const tensor = find(name);
      readable(source, tensor);
      return source.read(tensor.offset, tensor.bytes);
    },
    close: () => source.close(),
  };
}

function placeTensor(source: ByteSource, header: GgufHeader, entry: GgufTensorEntry): PlacedTensor {
  const fail = (code: 'malformed' | 'truncated' | 'limit-exceeded', what: string): ModelExportError =>
    new ModelExportError({
      code,
      what,
      where: `${source.name}, tensor ${JSON.stringify(entry.name)}`,
      todo: 'The file is damaged or forged: download it again and compare its sha256.',
    });

  const values = entry.dimensions.reduce((product, size) => product * size, 1);
  if (values < 1) throw fail('malformed', 'A dimension is zero');
  if (values > MAX_TENSOR_VALUES) throw fail('limit-exceeded', `${values} values are over ${MAX_TENSOR_VALUES}`);
  if (entry.offset % header.alignment !== 0) {
    throw fail('malformed', `The offset ${entry.offset} is not a multiple of the alignment ${header.alignment}`);
  }
  const block = BLOCK_TYPES.get(entry.typeId);
  const shape = [...entry.dimensions].reverse();
  const offset = header.dataOffset + entry.offset;
  if (block === undefined) {
    return { name: entry.name, type: `type ${entry.typeId}`, shape, block, values, offset, bytes: 0 };
  }
  if ((entry.dimensions[0] ?? 1) % block.blockValues !== 0) {
    throw fail(
      'malformed',
      `Rows of ${entry.dimensions[0]} are not whole blocks of ${block.blockValues} (${block.name})`,
    );
  }
  const bytes = (values / block.blockValues) * block.blockBytes;
  if (offset + bytes > source.size) {
    throw fail('truncated', `Its data ends at byte ${offset + bytes}, the file at ${source.size}`);
  }
  return { name: entry.name, type: block.name, shape, block, values, offset, bytes };
}

function readable(source: ByteSource, tensor: PlacedTensor): BlockType {
  if (tensor.block !== undefined) return tensor.block;
  throw new ModelExportError({
    code: 'unsupported',
    what: `Tensors of ${tensor.type} are not read`,
    where: `${source.name}, tensor ${JSON.stringify(tensor.name)}`,
    todo: `Requantise to one of ${[...BLOCK_TYPES.values()].map((type) => type.name).join(', ')}.`,
  });
}
