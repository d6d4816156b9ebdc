/**
 * A firewall for text that goes into language models.
 *
 * @module
 */

export { headOf, type ScreenOptions } from './begin.ts';
export type {
  Codebook,
  FitStatistics,
  Head,
  HeadName,
  LayerHead,
  OperatingPoint,
  PresetThresholds,
} from './codebook/codebook.ts';
export { parseCodebook, serialiseCodebook } from './codebook/format.ts';
export { type NgramTable, ngramBucket, ngramParts, scoreNgrams } from './codebook/ngrams.ts';
export { calibrate, layerLogit, projectSegment, scoreSegments, textLogit } from './codebook/score.ts';
export { loadConfig } from './config/load.ts';
export type { FirewallConfig, FirewallConfigInput, Policy, Preset } from './config/schema.ts';
export type { LoadOptions } from './engine.ts';
export { FirewallError, type FirewallErrorCode } from './errors.ts';
export type { ExplainedSegment, ExplainedView, Explanation } from './explanation.ts';
export { Firewall, type ScreenItem } from './firewall.ts';
export type { FirewallInfo, HeadInfo } from './info.ts';
export type { ContentPart, Message } from './messages.ts';
export type { Activations, DetectorModel, DetectorModelInfo, Pooling } from './model/detector-model.ts';
export { type Manifest, readManifest, readModelFile } from './model/manifest.ts';
export { openOnnxModel } from './model/onnx.ts';
export { type OpenInferenceOptions, openInferenceDetectorModel } from './model/open-inference/detector.ts';
export { meanPooling } from './model/pooling.ts';
export { type ScreeningStream, screenChunks, screeningTransform } from './screening-stream.ts';
export { createTokenizer, type TokenizedText, type Tokenizer, tokenize } from './text/tokens.ts';
export { type View, views } from './text/views.ts';
export { segments, windows } from './text/windows.ts';
export {
  type Decision,
  type Evidence,
  type LayerEvidence,
  type Reason,
  type Role,
  roles,
  type Unscreened,
  type Verdict,
} from './verdict.ts';
