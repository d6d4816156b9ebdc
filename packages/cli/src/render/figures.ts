/** Tables of measured figures, in plain Markdown, so that a README can show them as they are printed. */

import type { Figure, GroupReport, HeadReport, HeldOutReport } from '@alknet/firewall-trainer';

/** One head on a labelled set. */
export function renderReport(report: HeadReport): string {
  const { attacks, harmless } = report;
  const rows: readonly (readonly [string, string])[] = [
    ['AUC', figure(report.auc)],
    ['recall where 1 % of these harmless texts are blocked', figure(report.recallAt1)],
    ['recall where 0.1 % are', figure(report.recallAt01)],
    ['attacks blocked at the shipped threshold', figure(report.blockedAttacks)],
    ['harmless texts blocked at the shipped threshold', figure(report.blockedHarmless)],
    ['expected calibration error (as found, not at the prior)', report.calibrationError.toFixed(3)],
  ];
  return [
    `## ${report.head} head: ${attacks} attacks, ${harmless} harmless texts`,
    '',
    table(
      ['', 'value [95 % interval]'],
      rows.map(([name, value]) => `| ${name} | ${value} |`),
    ),
    groupTable('source', report.sources),
    groupTable('language', report.languages),
    groupTable('length', report.lengths),
  ].join('\n');
}

function groupTable(name: string, groups: readonly GroupReport[]): string {
  const rows = groups.map(
    ({ group, label, texts, blocked, flagged }) =>
      `| ${group} | ${label === 1 ? 'attack' : 'harmless'} | ${texts} | ${figure(blocked)} | ${flagged.toFixed(3)} |`,
  );
  return table([name, 'kind', 'texts', 'blocked', 'flagged'], rows);
}

/** One head on texts of origins it was not fitted on. */
export function renderHeldOut(head: string, report: HeldOutReport): string {
  const rows = [
    `| AUC | ${report.auc.toFixed(3)} |`,
    `| recall at 1 % of harmless traffic | ${report.recallAt1.toFixed(3)} |`,
    `| the same, mean over attack families | ${report.macroRecallAt1.toFixed(3)} |`,
    `| expected calibration error at the prior | ${report.calibrationError.toFixed(3)} |`,
    ...Object.entries(report.families).map(([family, recall]) => `| recall: ${family} | ${recall.toFixed(3)} |`),
    ...Object.entries(report.falsePositivesByLength).map(
      ([bucket, { texts, share }]) => `| false positives, ${bucket} segments (${texts} texts) | ${share.toFixed(3)} |`,
    ),
  ];
  const title = `## ${head} head, families left out: ${report.attacks} attacks, ${report.harmless} harmless texts`;
  return [title, '', table(['', 'value'], rows)].join('\n');
}

function figure({ value, interval: [low, high] }: Figure): string {
  return `${value.toFixed(3)} [${low.toFixed(3)}, ${high.toFixed(3)}]`;
}

function table(head: readonly string[], rows: readonly string[]): string {
  return [`| ${head.join(' | ')} |`, `|${head.map(() => '---').join('|')}|`, ...rows, '', ''].join('\n');
}
