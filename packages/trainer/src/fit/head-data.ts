/** What a head is fitted on, and how. */
import type { Features } from '../features/features.ts';
import type { Store } from '../features/store.ts';
import type { NgramSettings } from './fit-ngrams.ts';
import type { PrototypeSettings } from './fit-prototypes.ts';

/** What a head is fitted on. */
export interface HeadData {
  readonly texts: readonly Features[];
  readonly store: Store;
  /** Tapped layers. */
  readonly layers: readonly number[];
  readonly width: number;
  /** Folder for the folds' scores, so that a stopped run resumes. */
  readonly checkpoints?: string;
}

/** How it is fitted. */
export interface HeadSettings {
  readonly folds: number;
  readonly ngrams: NgramSettings;
  readonly prototypes: PrototypeSettings;
}

/** Says what is under way: a name and how much of it is done, 0 to 1. */
export type FitProgress = (step: string, done: number) => void;
