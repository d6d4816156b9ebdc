/** What adding texts did, as a table: each group of texts before and after. */

import type { Added, HeadChange, ShareChange } from '@alknet/firewall-trainer';
import { printableLine } from './printable.ts';

/** Ids of unlearnt texts that are listed. */
const mostListed = 20;

/** Both heads; a head that none of the texts is for is left out. */
export function renderAdded({ heads }: Pick<Added, 'heads'>, preset: string): string {
  return (['prompt', 'data'] as const)
    .filter((name) => heads[name].attacks.texts + heads[name].harmless.texts > 0)
    .map((name) => renderHead(name, heads[name], preset))
    .join('');
}

function renderHead(name: string, change: HeadChange, preset: string): string {
  const { attacks, harmless, knownAttacks, knownHarmless } = change;
  const lines = [
    `## ${name} head`,
    '',
    `| blocked (${preset}) | texts | before | after |`,
    '|---|---|---|---|',
    row('your attacks', attacks),
    row('your harmless texts', harmless),
    row('known attacks', knownAttacks),
    row('known harmless texts', knownHarmless),
    '',
    ...notes(change).flatMap((note) => [note, '']),
  ];
  return `${lines.join('\n')}\n`;
}

function row(name: string, { texts, before, after }: ShareChange): string {
  const blocked = (share: number): string =>
    texts === 0 ? '-' : `${Math.round(share * texts)} (${(share * 100).toFixed(1)} %)`;
  return `| ${name} | ${texts} | ${blocked(before)} | ${blocked(after)} |`;
}

function notes({ attacks, prototypes, unlearnt }: HeadChange): string[] {
  const found: string[] = [];
  if (attacks.before < attacks.after && prototypes === 0)
    found.push('Learnt by their words alone, so verdicts name a known kind: prototypes would have cost known attacks.');
  if (unlearnt.length > 0) {
    const shown = unlearnt.slice(0, mostListed).map(printableLine).join(', ');
    const more = unlearnt.length > mostListed ? ` and ${unlearnt.length - mostListed} more` : '';
    found.push(
      `Not learnt: ${shown}${more}. They are too like texts of the other label: look at their labels, or add more of them.`,
    );
  }
  return found;
}
