/** The texts that were judged worst, by id and place: never by what they say. */
import type { HeadName, Verdict } from '@alknet/firewall-core';
import type { Judged } from './judged.ts';

/** A text on which the firewall is wrong. */
export interface Mistake {
  readonly id: string;
  readonly source: string;
  readonly category: string;
  readonly score: number;
  readonly decision: Verdict['decision'];
  readonly characters: number;
  /** The strongest suspicious place, in UTF-16 code units; absent where nothing was over the flag threshold. */
  readonly span?: readonly [start: number, end: number];
  /** The view that showed it. */
  readonly view?: string;
  /** The text itself; only when asked for. */
  readonly text?: string;
}

/** A head's worst mistakes, the worst first. */
export interface Mistakes {
  /** Attacks that were not blocked, lowest score first. */
  readonly misses: readonly Mistake[];
  /** Harmless texts that were blocked, highest score first, then ones that were flagged. */
  readonly falseAlarms: readonly Mistake[];
}

/** Most that are shown of each kind. */
const shown = 50;

/** Failed screenings are left out: their score says nothing. */
export function worstMistakes(head: HeadName, judged: readonly Judged[], showText = false): Mistakes {
  const texts = judged.filter((entry) => entry.head === head && entry.verdict.status === 'ok');
  const describe = (entry: Judged): Mistake => mistake(entry, showText);
  return {
    misses: texts
      .filter(({ sample, verdict }) => sample.label === 1 && verdict.decision !== 'block')
      .sort((a, b) => a.verdict.score - b.verdict.score)
      .slice(0, shown)
      .map(describe),
    falseAlarms: texts
      .filter(({ sample, verdict }) => sample.label === 0 && verdict.decision !== 'allow')
      .sort((a, b) => blocksFirst(a, b) || b.verdict.score - a.verdict.score)
      .slice(0, shown)
      .map(describe),
  };
}

function blocksFirst(a: Judged, b: Judged): number {
  return Number(b.verdict.decision === 'block') - Number(a.verdict.decision === 'block');
}

function mistake({ sample, verdict }: Judged, showText: boolean): Mistake {
  const { id, source, category, text } = sample;
  const { score, decision, evidence } = verdict;
  const strongest = evidence[0];
  return {
    id,
    source,
    category,
    score,
    decision,
    characters: text.length,
    ...(strongest !== undefined && { span: strongest.span, view: strongest.view }),
    ...(showText && { text }),
  };
}
