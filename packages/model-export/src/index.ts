/**
 * Model weights, or a standard ONNX export, to a graph that returns activations.
 *
 * @module
 */
export { type BuildOptions, buildModel, type Int8Variant, type Variant } from './build-model.ts';
export { ModelExportError, type ModelExportErrorCode, type ModelExportErrorDetails } from './errors.ts';
export type { EmbeddingBits } from './int8/embedding.ts';
export { CALIBRATION_TEXTS } from './llama/calibration-texts.ts';
export { type LlamaConfig, llamaConfigFromGguf, llamaConfigFromJson } from './llama/config.ts';
export { type LlamaLayer, type LlamaWeights, loadLlamaWeights, type Matrix } from './llama/weights.ts';
export { describeFiles, type FileDescription, LAYER_CONVENTION } from './manifest.ts';
export {
  type AttributeValue,
  DataType,
  type Dimension,
  type OnnxAttribute,
  type OnnxGraph,
  type OnnxModel,
  type OnnxNode,
  type OnnxTensor,
  type OnnxValueInfo,
  type OperatorSetId,
  type StringStringEntry,
} from './onnx/model.ts';
export { readModel } from './onnx/read.ts';
export { writeModel } from './onnx/write.ts';
export { type OpenedModel, openModel } from './open-model.ts';
export type { Int8Report } from './passes/int8.ts';
export type { PassTexts } from './passes/measure-passes.ts';
export {
  type KServeOptions,
  kserveService,
  type TritonBackend,
  type TritonOptions,
  writeTritonRepository,
} from './serving/index.ts';
export {
  assertReadsTokens,
  type CausalProbe,
  type CausalReport,
  checkCausal,
  describeDecoder,
  findResiduals,
  type Inspection,
  inspect,
  loadExternalData,
  type ModelFolderOptions,
  type Passes,
  type PruneReport,
  type Residual,
  type ResidualStream,
  readModelFile,
  type SurgeryWarning,
  type TapFileOptions,
  type TapOptions,
  type TappedFile,
  type TappedModel,
  tap,
  tapFile,
  writeModelFolder,
} from './surgery/index.ts';
export { encodeWithSink } from './tokenizer/encode.ts';
export { type AddedToken, type TokenizerJson, tokenizerFromGguf } from './tokenizer/gguf-tokenizer.ts';
export { type ActivationGraph, everyToken, openActivationGraph } from './verify/activation-graph.ts';
export { type EquivalenceOptions, type EquivalenceProof, verifyFolders } from './verify/equivalence.ts';
export type { LayerError } from './verify/layer-error.ts';
export { MEASURING_TEXTS } from './verify/measuring-texts.ts';
export { type Pool, type Reference, readReference } from './verify/reference.ts';
export { compareGraphs, errorTable, verifyAgainstReference } from './verify/verify.ts';
export { type ByteSource, fileSource, memorySource } from './weights/byte-source.ts';
export { openGguf } from './weights/gguf.ts';
export { openSafetensors, openShardedSafetensors } from './weights/safetensors.ts';
export type { MetadataValue, TensorInfo, WeightSource } from './weights/weight-source.ts';
