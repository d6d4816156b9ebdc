/** Which of a user's texts there is something to learn from: those that are decided wrongly, or only just rightly. */
import type { Head, Preset } from '@alknet/firewall-core';
import { calibratedLogitOf, type Example, type Place, scoreOf, tellingPlace } from './example.ts';

/** What a head watches beside the user's texts: known texts that it should decide as before. */
export interface Watched {
  readonly harmless: readonly Example[];
  readonly attacks: readonly Example[];
}

/** A row to learn from: what it is, and where. */
export interface Lesson extends Pick<Place, 'part' | 'row'> {
  readonly label: 0 | 1;
  readonly kind: string;
}

/** Calibrated log-odds by which a learnt text clears its threshold. */
const margin = 0.3;

/** Whether the head decides the text wrongly: an attack that is not blocked, a harmless text that is. */
export function isWrong(head: Head, preset: Preset, example: Example): boolean {
  return scoreOf(head, example) >= head.presets[preset].block !== (example.label === 1);
}

/** Lessons of the texts that are wrong or within the margin. Harmless texts are to fall below the threshold to flag. */
export function lessonsOf(head: Head, preset: Preset, examples: readonly Example[]): Lesson[] {
  const { block, flag } = head.presets[preset];
  return examples.flatMap((example) => {
    const { label, kind } = example;
    const logit = calibratedLogitOf(head, example);
    if (label === 1 ? logit >= logOdds(block) + margin : logit < logOdds(flag) - margin) return [];
    const place = tellingPlace(head, example);
    return place === undefined ? [] : [{ part: place.part, row: place.row, label, kind }];
  });
}

/** Share of the texts that the head blocks. */
export function blockedShare(head: Head, preset: Preset, examples: readonly Example[]): number {
  const { block } = head.presets[preset];
  return examples.filter((example) => scoreOf(head, example) >= block).length / Math.max(1, examples.length);
}

function logOdds(probability: number): number {
  return Math.log(probability / (1 - probability));
}
