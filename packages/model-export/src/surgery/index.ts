/**
 * Graph surgery: a standard ONNX export of a decoder to an activation graph.
 *
 * @module
 */
export { assertReadsTokens, type CausalProbe, type CausalReport, checkCausal } from './causal-check.ts';
export { loadExternalData } from './external-data.ts';
export { type Inspection, inspect, type PruneReport } from './inspect.ts';
export { describeDecoder } from './inspect-command.ts';
export { type ModelFolderOptions, writeModelFolder } from './model-folder.ts';
export { findResiduals, type Residual, type ResidualStream } from './residuals.ts';
export { type TapOptions, type TappedModel, tap } from './tap.ts';
export { TAP_HELP, tapCommand } from './tap-command.ts';
export { type Passes, readModelFile, type TapFileOptions, type TappedFile, tapFile } from './tap-file.ts';
export type { SurgeryWarning } from './warnings.ts';
