/** Builds verdicts: read, too long to read, not to be read, or failed. The only place that fills in a Verdict. */
import type { Policy } from './config/schema.ts';
import { FirewallError } from './errors.ts';
import { decide } from './policy.ts';
import type { Reading } from './reading.ts';
import type { Reason, Role, Verdict } from './verdict.ts';

/** What every verdict of one screening shares. */
export interface Screening {
  readonly role: Role;
  readonly policy: Policy;
  readonly thresholds: { readonly flag: number; readonly block: number };
  readonly characters: number;
  /** `performance.now()` when it began, and how long it waited for its turn. */
  readonly started: number;
}

/** A text that was read, now or (`cached`) earlier. Evidence is shown only where the decision rests on it. */
export function readVerdict(screening: Screening, reading: Reading, cached = false): Verdict {
  const { decision, reason } = decide(reading, screening.thresholds, screening.policy);
  const { tokens, windows } = reading;
  const { textMs, modelMs } = cached ? nothingDone : reading;
  return {
    ...base(screening),
    decision,
    reason,
    score: reading.score,
    kind: decision === 'allow' ? 'none' : (reading.evidence[0]?.kind ?? 'none'),
    evidence: decision === 'allow' ? [] : reading.evidence,
    cached,
    read: { characters: screening.characters, tokens, windows },
    timing: { total: performance.now() - screening.started, text: textMs, model: modelMs },
  };
}

const nothingDone = { textMs: 0, modelMs: 0 };

/** A text over a limit: the policy decides, nothing was scored. */
export function tooLongVerdict(screening: Screening, decision: Verdict['decision'], windows = 0): Verdict {
  const score = decision === 'allow' ? 0 : 1;
  return {
    ...base(screening),
    decision,
    reason: 'too-long',
    score,
    read: { characters: screening.characters, tokens: 0, windows },
  };
}

/** A role that the configuration trusts: nothing is read. */
export function trustedVerdict(screening: Screening): Verdict {
  return base(screening);
}

/** Something broke: `onError` decides, and the verdict says that it did. */
export function failedVerdict(screening: Screening, error: unknown, onError: 'block' | 'allow'): Verdict {
  const known = FirewallError.isInstance(error);
  const code = known ? error.code : 'model-failed';
  // A foreign error's message could quote the text: only its name is shown.
  const message = known
    ? error.message
    : `Unexpected ${error instanceof Error ? error.name : typeof error} while screening`;
  const stops: Partial<Record<string, Reason>> = { timeout: 'timeout', aborted: 'aborted', 'queue-full': 'queue-full' };
  return {
    ...base(screening),
    decision: onError,
    status: 'failed',
    reason: stops[code] ?? 'error',
    score: 1,
    error: { code, message },
  };
}

function base({ role, thresholds, characters, started }: Screening): Verdict {
  return {
    decision: 'allow',
    status: 'ok',
    reason: 'trusted',
    score: 0,
    thresholds,
    kind: 'none',
    role,
    evidence: [],
    unscreened: [],
    cached: false,
    read: { characters, tokens: 0, windows: 0 },
    timing: { total: performance.now() - started, text: 0, model: 0 },
  };
}
