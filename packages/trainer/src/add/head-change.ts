/** What adding examples did to one head, in numbers. */
import type { Head, Preset } from '@alknet/firewall-core';
import type { Example } from './example.ts';
import { blockedShare, isWrong, type Watched } from './lessons.ts';

/** Blocked shares of one group of texts, before and after. */
export interface ShareChange {
  readonly texts: number;
  readonly before: number;
  readonly after: number;
}

/** What changed in a head. */
export interface HeadChange {
  /** The user's attacks and harmless texts that this head reads, and the share of each that is blocked. */
  readonly attacks: ShareChange;
  readonly harmless: ShareChange;
  /** Known texts that it was to decide as before. */
  readonly knownAttacks: ShareChange;
  readonly knownHarmless: ShareChange;
  /** Ids of the user's texts that are decided wrongly all the same. */
  readonly unlearnt: readonly string[];
  /** Prototypes that each layer gained. */
  readonly prototypes: number;
}

/** Compares the heads on the user's texts and the watched ones. */
export function headChange(
  before: Head,
  after: Head,
  preset: Preset,
  examples: readonly Example[],
  watched: Watched,
): HeadChange {
  const change = (texts: readonly Example[]): ShareChange => ({
    texts: texts.length,
    before: blockedShare(before, preset, texts),
    after: blockedShare(after, preset, texts),
  });
  const labels = (head: Head): number => head.layers[0]?.labels.length ?? 0;
  return {
    attacks: change(examples.filter(({ label }) => label === 1)),
    harmless: change(examples.filter(({ label }) => label === 0)),
    knownAttacks: change(watched.attacks),
    knownHarmless: change(watched.harmless),
    unlearnt: examples.filter((example) => isWrong(after, preset, example)).map(({ id }) => id),
    prototypes: labels(after) - labels(before),
  };
}
