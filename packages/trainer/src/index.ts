/**
 * Labelled texts to a codebook: extract activations, fit, calibrate, evaluate.
 *
 * @module
 */
export { type AblationFigures, ablationFigures } from './ablation/figures.ts';
export { fillPoolings } from './ablation/fill-poolings.ts';
export { ablationCuts, openAblationData } from './ablation/open-data.ts';
export type { PoolingName } from './ablation/poolings.ts';
export {
  type AblationData,
  type AblationTexts,
  type ScoredRows,
  scoreVariant,
  type VariantScores,
} from './ablation/score-variant.ts';
export { type Added, type AddOptions, addExamples } from './add/add-examples.ts';
export type { HeadChange, ShareChange } from './add/head-change.ts';
export { TrainerError, type TrainerErrorCode } from './errors.ts';
export { type HeadReport, headFor, report, roleOfHead } from './measure/evaluate.ts';
export type { GroupReport } from './measure/groups.ts';
export { type HeldOutReport, heldOutReport } from './measure/held-out.ts';
export type { Figure, Judged } from './measure/judged.ts';
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
export { chartRenderer, type RenderChart } from './report/chart-renderer.ts';
export { type HtmlReportOptions, htmlReport } from './report/html-report.ts';
export { readCorpus } from './samples/corpus.ts';
export { readFolder, readSamples } from './samples/read.ts';
export type { Sample } from './samples/sample.ts';
export { type TrainingSet, type TrainingSources, trainingSet } from './samples/training-set.ts';
export { type Trained, type TrainOptions, train, trainSettings } from './train.ts';
