/** What a weights file offers to the exporter, whatever its format. */

/** A value of a weights file's metadata. */
export type MetadataValue = string | number | bigint | boolean | readonly MetadataValue[];

/** One tensor of a weights file. */
export interface TensorInfo {
  readonly name: string;
  /** The storage type's name, such as `F32` or `Q4_1`. */
  readonly type: string;
  /** Dimensions, slowest first (row-major), as in numpy and ONNX; GGUF's own order is the reverse. */
  readonly shape: readonly number[];
}

/**
 * Named tensors and metadata, read lazily.
 *
 * @example
 * const source = openGguf(fileSource('model.gguf'));
 * const embedding = source.float32('token_embd.weight'); // [vocabulary * width]
 */
export interface WeightSource {
  readonly format: 'gguf' | 'safetensors';
  readonly metadata: ReadonlyMap<string, MetadataValue>;
  readonly tensors: ReadonlyMap<string, TensorInfo>;
  /** The tensor's values as float32, row-major; throws `missing-tensor`, `truncated` or `unsupported`. */
  float32(name: string): Float32Array;
  /** The tensor's bytes as stored; throws `missing-tensor` or `truncated`. */
  raw(name: string): Uint8Array;
  /** Releases file handles. */
  close(): void;
}
