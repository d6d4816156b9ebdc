/** A scanner with LlamaFirewall's own vocabulary: `Message` -> `firewall.screen()` -> `ScanResult`. */
import type { Firewall, Verdict } from '@alknet/firewall-core';

export const ScanDecision = {
  ALLOW: 'allow',
  HUMAN_IN_THE_LOOP_REQUIRED: 'human_in_the_loop_required',
  BLOCK: 'block',
} as const;
export type ScanDecision = (typeof ScanDecision)[keyof typeof ScanDecision];

export const ScanStatus = { SUCCESS: 'success', ERROR: 'error', SKIPPED: 'skipped' } as const;
export type ScanStatus = (typeof ScanStatus)[keyof typeof ScanStatus];

export type Role = 'tool' | 'user' | 'assistant' | 'memory' | 'system';

export interface Message {
  readonly role: Role;
  readonly content: string;
  /** Screened with the content: an attack may stand in an argument. */
  readonly tool_calls?: readonly Readonly<Record<string, unknown>>[] | undefined;
}
export type Trace = readonly Message[];

export interface ScanResult {
  readonly decision: ScanDecision;
  /** Why, with the risk; never the text. */
  readonly reason: string;
  /** The risk of a BLOCK; 0 of an ALLOW and 1 of a HUMAN, since of several scanners the highest score decides. */
  readonly score: number;
  readonly status: ScanStatus;
}

const decisions = { allow: 'allow', flag: 'human_in_the_loop_required', block: 'block' } as const;

/**
 * Scans messages as LlamaFirewall's scanners do. What breaks is blocked, with status `error`.
 *
 * @example
 * ```ts
 * const scanner = new AlknetScanner(await Firewall.load());
 * const { decision } = await scanner.scan({ role: 'tool', content: page });
 * if (decision !== ScanDecision.ALLOW) throw new Error('The page was not passed on');
 * ```
 */
export class AlknetScanner {
  readonly name = 'alknet';
  readonly #firewall: Pick<Firewall, 'screen'>;

  constructor(firewall: Pick<Firewall, 'screen'>) {
    this.#firewall = firewall;
  }

  /** A message is read on its own: `pastTrace` is part of LlamaFirewall's signature, and not looked at. */
  async scan(message: Message, _pastTrace?: Trace): Promise<ScanResult> {
    try {
      const { role, content, tool_calls } = message;
      const calls = tool_calls?.length ? `\n${JSON.stringify(tool_calls)}` : '';
      const verdict = await this.#firewall.screen(typeof content === 'string' ? content + calls : content, { role });
      return {
        decision: decisions[verdict.decision],
        reason: why(verdict),
        score: { allow: 0, flag: 1, block: verdict.score }[verdict.decision],
        status: verdict.status === 'ok' ? ScanStatus.SUCCESS : ScanStatus.ERROR,
      };
    } catch {
      return { decision: ScanDecision.BLOCK, reason: 'error', score: 1, status: ScanStatus.ERROR };
    }
  }
}

/** Kinds are the codebook's labels, spans are numbers: nothing of the text. */
function why({ reason, kind, score, evidence: [first] }: Verdict): string {
  const place = first === undefined ? '' : `, ${kind} at characters ${first.span.join('-')}`;
  return `${reason}, risk ${score.toFixed(3)}${place}`;
}
