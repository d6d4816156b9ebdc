/**
 * Model weights, or a standard ONNX export, to a graph that returns activations.
 *
 * @module
 */
export { type BuildOptions, buildModel, type Int8Variant, type Variant } from './build-model.ts';
export { ModelExportError, type ModelExportErrorCode } from './errors.ts';
export { CALIBRATION_TEXTS } from './llama/calibration-texts.ts';
export { type LlamaConfig, llamaConfigFromGguf, llamaConfigFromJson } from './llama/config.ts';
export {
  DataType,
  type OnnxAttribute,
  type OnnxGraph,
  type OnnxModel,
  type OnnxNode,
  type OnnxTensor,
  type OnnxValueInfo,
} from './onnx/model.ts';
export { writeModel } from './onnx/write.ts';
export { tokenizerFromGguf } from './tokenizer/gguf-tokenizer.ts';
export { fileSource } from './weights/byte-source.ts';
export { openGguf } from './weights/gguf.ts';
export { openSafetensors } from './weights/safetensors.ts';
export type { WeightSource } from './weights/weight-source.ts';
