/** Screens a conversation: each text of each message by its role, and one verdict, that of the strongest. */

import type { ScreenItem, ScreenOptions, Unscreened, Verdict } from '@alknet/firewall-core';
import type { Message } from './schemas.ts';
import type { Screener } from './screener.ts';

/** A verdict over several texts, and the one that it and the spans of its evidence are about. */
export type MessagesVerdict = Verdict & { readonly where: string };

interface Text extends Required<ScreenItem> {
  readonly where: string;
}

const rank: Readonly<Record<Verdict['decision'], number>> = { allow: 0, flag: 1, block: 2 };

/** The strictest decision counts, then the highest score; nothing is read after a text that is blocked. */
export async function screenMessages(
  firewall: Screener,
  messages: readonly Message[],
  options: ScreenOptions,
): Promise<MessagesVerdict> {
  const { texts, unscreened } = partsOf(messages);
  const verdicts: Verdict[] = [];
  for await (const verdict of firewall.screenMany(texts, options)) {
    verdicts.push(verdict);
    if (verdict.decision === 'block') break;
  }
  const strictest = verdicts.reduce((best, verdict, index) => {
    const than = verdicts[best] as Verdict;
    const order = rank[verdict.decision] - rank[than.decision] || verdict.score - than.score;
    return order > 0 ? index : best;
  }, 0);
  const sum = (amount: (verdict: Verdict) => number): number =>
    verdicts.reduce((total, each) => total + amount(each), 0);
  return {
    ...(verdicts[strictest] as Verdict),
    where: (texts[strictest] as Text).where,
    unscreened,
    read: {
      characters: sum(({ read }) => read.characters),
      tokens: sum(({ read }) => read.tokens),
      windows: sum(({ read }) => read.windows),
    },
    timing: {
      total: sum(({ timing }) => timing.total),
      text: sum(({ timing }) => timing.text),
      model: sum(({ timing }) => timing.model),
    },
  };
}

function partsOf(messages: readonly Message[]): { texts: Text[]; unscreened: Unscreened[] } {
  const texts: Text[] = [];
  const unscreened: Unscreened[] = [];
  for (const [index, { role, content }] of messages.entries()) {
    const where = `messages[${index}].content`;
    if (typeof content === 'string') texts.push({ text: content, role, where });
    else {
      for (const [at, { type, text }] of content.entries()) {
        if (text === undefined) unscreened.push({ where: `${where}[${at}]`, type });
        else texts.push({ text, role, where: `${where}[${at}]` });
      }
    }
  }
  // A conversation of images alone still gets a verdict, which says that they were not screened.
  if (texts.length === 0) texts.push({ text: '', role: 'user', where: 'messages' });
  return { texts, unscreened };
}
