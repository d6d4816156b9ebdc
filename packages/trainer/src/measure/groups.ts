/** Shares blocked and flagged by any grouping of judged texts, at the shipped thresholds. */
import { groupBy } from './group-by.ts';
import { blockedShare, type Figure, figure, type Judged } from './judged.ts';

/** The texts of one group and label. */
export interface GroupReport {
  readonly group: string;
  readonly label: 0 | 1;
  readonly texts: number;
  readonly blocked: Figure;
  /** Share that is flagged and not blocked. */
  readonly flagged: number;
}

/** A row for each group and label that has texts: harmless first, then in the given order, then by name. */
export function groupReports(
  judged: readonly Judged[],
  groupOf: (entry: Judged) => string,
  order: readonly string[] = [],
): GroupReport[] {
  const groups = groupBy(judged, (entry) => `${entry.sample.label} ${groupOf(entry)}`);
  return [...groups.values()]
    .map((texts) => groupReport(groupOf(texts[0] as Judged), texts))
    .sort(
      (a, b) => a.label - b.label || order.indexOf(a.group) - order.indexOf(b.group) || (a.group < b.group ? -1 : 1),
    );
}

function groupReport(group: string, texts: readonly Judged[]): GroupReport {
  const flagged = texts.filter(({ verdict }) => verdict.decision === 'flag').length / texts.length;
  const { label } = (texts[0] as Judged).sample;
  return { group, label, texts: texts.length, blocked: figure(texts, blockedShare), flagged };
}
