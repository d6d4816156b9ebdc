/** Screens the parts of an input one after the other until one is an attack, and remembers what was screened before. */
import { createHash } from 'node:crypto';
import { FirewallError, type ScreenOptions, type Unscreened, type Verdict } from '@alknet/firewall-core';
import type { Part } from './part.ts';

/** What a guard needs of a `Firewall`. */
export interface Screener {
  screen(text: string, options?: ScreenOptions): Promise<Verdict>;
}

/** What was found in some parts. It never holds text, so it may go into error messages, logs and traces. */
export interface Finding extends Pick<Verdict, 'decision' | 'score' | 'reason' | 'kind'> {
  /** Whether the parts must not go on. */
  readonly attack: boolean;
  /** The part that the decision rests on, such as `input[3].content[0]`; empty where there was no text. */
  readonly where: string;
  /** The strongest place inside that text; empty where there is none. */
  readonly span: readonly number[];
  readonly unscreened: readonly Unscreened[];
}

/** Finds the first attack, or else the highest score. Rejects with FirewallError where the firewall failed. */
export type Guard = (parts: readonly Part[]) => Promise<Finding>;

/** Texts whose verdict is kept, by hash: a session of many turns is read once, not once a turn. */
const maxRemembered = 10_000;

/**
 * A guard with its own memory.
 *
 * @param options.flagOnly what an attack is in a role that the configuration only flags (by default `assistant` and
 * `system`): `allow` follows the configuration, `block` is for who guards an answer and wants attacks stopped
 * @example
 * ```ts
 * const find = guard(await Firewall.load());
 * const { attack, where, score } = await find([textPart(mail, 'document', 'mail')]);
 * ```
 */
export function guard(firewall: Screener, { flagOnly = 'allow' }: { flagOnly?: 'allow' | 'block' } = {}): Guard {
  const screen = remembering(firewall);
  return async (parts) => {
    const unscreened = parts.filter(({ text }) => text === undefined).map(({ where, type }) => ({ where, type }));
    let worst = { ...nothing, unscreened };
    for (const part of parts) {
      if (part.text === undefined) continue;
      const { decision, score, reason, kind, evidence } = await screen(part, part.text);
      const attack = decision === 'block' || (reason === 'attack' && flagOnly === 'block');
      if (attack || score >= worst.score)
        worst = { attack, decision, score, reason, kind, where: part.where, span: evidence[0]?.span ?? [], unscreened };
      if (attack) break;
    }
    return worst;
  };
}

const nothing: Omit<Finding, 'unscreened'> = {
  attack: false,
  decision: 'allow',
  score: 0,
  reason: 'clean',
  kind: 'none',
  where: '',
  span: [],
};

function remembering(firewall: Screener): (part: Part, text: string) => Promise<Verdict> {
  const remembered = new Map<string, Verdict>();
  return async ({ role, where }, text) => {
    const key = createHash('sha256').update(`${role}\n`).update(text, 'utf16le').digest('base64');
    const known = remembered.get(key);
    if (known !== undefined) return known;
    const verdict = await firewall.screen(text, { role });
    if (verdict.status === 'failed' && verdict.decision === 'block') throw failed(verdict, where);
    if (remembered.size >= maxRemembered) remembered.clear();
    if (verdict.status === 'ok') remembered.set(key, verdict);
    return verdict;
  };
}

/** A failure must not look like an attack: it is an exception, not a finding. */
function failed({ reason, error }: Verdict, where: string): FirewallError {
  return new FirewallError(
    reason === 'timeout' || reason === 'aborted' || reason === 'queue-full' ? reason : 'model-failed',
    {
      message: `The firewall failed (${error?.code}: ${error?.message}) and blocks what it has not read`,
      where,
      hint: 'This is no attack.',
    },
  );
}
