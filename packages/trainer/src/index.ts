/**
 * Labelled texts to a codebook: extract activations, fit, calibrate, evaluate.
 *
 * @module
 */
export { TrainerError, type TrainerErrorCode } from './errors.ts';
export { type Figure, type HeadReport, headFor, type Judged, report, roleOfHead } from './measure/evaluate.ts';
export { type HeldOutReport, heldOutReport } from './measure/held-out.ts';
export {
  auc,
  calibrationError,
  interval,
  recallAt,
  type Scored,
  shareAtOrAbove,
  thresholdAt,
} from './measure/metrics.ts';
export { type HarmlessScores, recalibrate } from './recalibrate.ts';
export { readCorpus } from './samples/corpus.ts';
export { readFolder, readSamples } from './samples/read.ts';
export type { Sample } from './samples/sample.ts';
export { type TrainingSet, type TrainingSources, trainingSet } from './samples/training-set.ts';
export { type Trained, type TrainOptions, train, trainSettings } from './train.ts';
