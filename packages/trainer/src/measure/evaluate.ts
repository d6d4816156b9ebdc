/** What a firewall does on labelled texts: per head ranking, recall, false alarms, calibration, and who was missed. */
import type { HeadName, Role } from '@alknet/firewall-core';
import type { Sample } from '../samples/sample.ts';
import { type GroupReport, groupReports } from './groups.ts';
import { blockedShare, type Figure, figure, type Judged, scoresOf } from './judged.ts';
import { languageGroup } from './language.ts';
import { lengthBucket, lengthBuckets } from './length.ts';
import { auc, calibrationError, recallAt } from './metrics.ts';

/** One head's figures. */
export interface HeadReport {
  readonly head: HeadName;
  readonly attacks: number;
  readonly harmless: number;
  readonly auc: Figure;
  /** Recall where 1 % and 0.1 % of the harmless texts of this set are at or above the threshold. */
  readonly recallAt1: Figure;
  readonly recallAt01: Figure;
  /** At the shipped thresholds. */
  readonly blockedAttacks: Figure;
  readonly blockedHarmless: Figure;
  readonly calibrationError: number;
  /** At the shipped thresholds, harmless texts first. */
  readonly sources: readonly GroupReport[];
  /** The same by language group, see `languageGroup`, and by length in tokens. */
  readonly languages: readonly GroupReport[];
  readonly lengths: readonly GroupReport[];
}

/** The head that reads a role. */
export const roleOfHead: Readonly<Record<HeadName, Role>> = { prompt: 'user', data: 'document' };

/** Sources whose texts come as documents; other sources are users' prompts. */
export function headFor(sample: Pick<Sample, 'source' | 'category'>): HeadName {
  const document = sample.category.includes('indirect') || ['benign-document', 'benign-code'].includes(sample.category);
  return document ? 'data' : 'prompt';
}

/** Figures of one head. */
export function report(head: HeadName, judged: readonly Judged[]): HeadReport {
  const texts = judged.filter((entry) => entry.head === head);
  const scored = scoresOf(texts);
  const withLabel = (label: 0 | 1): readonly Judged[] => texts.filter(({ sample }) => sample.label === label);
  const order = lengthBuckets.map(({ name }) => name);
  return {
    head,
    attacks: withLabel(1).length,
    harmless: withLabel(0).length,
    auc: figure(scored, auc),
    recallAt1: figure(scored, (items) => recallAt(items, 0.01)),
    recallAt01: figure(scored, (items) => recallAt(items, 0.001)),
    blockedAttacks: figure(withLabel(1), blockedShare),
    blockedHarmless: figure(withLabel(0), blockedShare),
    calibrationError: calibrationError(scored),
    sources: groupReports(texts, ({ sample }) => sample.source),
    languages: groupReports(texts, ({ sample }) => languageGroup(sample)),
    lengths: groupReports(texts, ({ verdict }) => lengthBucket(verdict.read.tokens), order),
  };
}
