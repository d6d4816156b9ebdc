/** Conversations: every text part is screened under its role, and the worst verdict is the conversation's. */
import { FirewallError } from './errors.ts';
import { type Evidence, type Role, roles, type Unscreened, type Verdict } from './verdict.ts';

/** A part of a message's content. Parts of type `text` are screened, all others are reported as unscreened. */
export interface ContentPart {
  readonly type: string;
  readonly text?: string;
}

/** One turn of a conversation. */
export interface Message {
  readonly role: Role;
  readonly content: string | readonly ContentPart[];
}

/** A text of a conversation and where it stands. */
export interface TextPart {
  /** Such as `messages[2].content[0]`. */
  readonly where: string;
  readonly role: Role;
  readonly text: string;
}

/**
 * Takes a conversation apart.
 *
 * @throws FirewallError `input-invalid`, naming the message
 */
export function textParts(messages: readonly Message[]): { texts: TextPart[]; unscreened: Unscreened[] } {
  const texts: TextPart[] = [];
  const unscreened: Unscreened[] = [];
  messages.forEach((message, i) => {
    const where = `messages[${i}]`;
    const { role, content } = message ?? {};
    if (!roles.includes(role)) throw invalid(where, `The role is none of ${roles.join(', ')}`);
    if (typeof content === 'string') texts.push({ where: `${where}.content`, role, text: content });
    else if (Array.isArray(content)) {
      content.forEach((part: ContentPart, j) => {
        const at = `${where}.content[${j}]`;
        if (part?.type === 'text' && typeof part.text === 'string') texts.push({ where: at, role, text: part.text });
        else unscreened.push({ where: at, type: typeof part?.type === 'string' ? part.type : 'unknown' });
      });
    } else throw invalid(where, 'The content is neither a string nor a list of parts');
  });
  return { texts, unscreened };
}

const severity = { allow: 0, flag: 1, block: 2 };

/** One verdict of many: the worst decides, a failed one before any other of the same decision; evidence of all is kept. */
export function worstOf(
  verdicts: readonly { readonly where: string; readonly verdict: Verdict }[],
  empty: Verdict,
  unscreened: readonly Unscreened[],
  maxEvidence: number,
): Verdict {
  const rank = ({ decision, status, score }: Verdict): number =>
    severity[decision] * 4 + (status === 'failed' ? 2 : 0) + score;
  const worst = verdicts.reduce(
    (a, { verdict }) => (rank(verdict) > rank(a) ? verdict : a),
    verdicts[0]?.verdict ?? empty,
  );
  const failure = verdicts.find(({ verdict }) => verdict.status === 'failed')?.verdict;
  const sum = (pick: (verdict: Verdict) => number): number =>
    verdicts.reduce((total, { verdict }) => total + pick(verdict), 0);
  const evidence = verdicts
    .flatMap(({ where, verdict }) => verdict.evidence.map((entry): Evidence => ({ ...entry, where })))
    .sort((a, b) => b.score - a.score)
    .slice(0, maxEvidence);
  return {
    ...worst,
    // A conversation of which one text could not be read was not read.
    status: failure === undefined ? worst.status : 'failed',
    ...(failure?.error === undefined ? {} : { error: failure.error }),
    evidence,
    unscreened,
    cached: verdicts.length > 0 && verdicts.every(({ verdict }) => verdict.cached),
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

function invalid(where: string, message: string): FirewallError {
  return new FirewallError('input-invalid', {
    message,
    where,
    hint: 'See `Message`: a role, and a string or a list of parts.',
  });
}
