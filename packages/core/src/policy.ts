/** From a reading to a decision. Pure: the same reading, thresholds and policy give the same decision. */
import type { Policy } from './config/schema.ts';
import type { Reading } from './reading.ts';
import type { Decision, Reason } from './verdict.ts';

/** Score against thresholds, then what counts as evidence whatever the score is. */
export function decide(
  reading: Pick<Reading, 'score' | 'hiddenText' | 'specialTokens'>,
  thresholds: { readonly flag: number; readonly block: number },
  policy: Policy,
): { decision: Decision; reason: Reason } {
  if (reading.score >= thresholds.block)
    return { decision: policy === 'flag-only' ? 'flag' : 'block', reason: 'attack' };
  if (reading.hiddenText) return { decision: 'flag', reason: 'hidden-text' };
  if (reading.specialTokens) return { decision: 'flag', reason: 'special-token' };
  if (reading.score >= thresholds.flag) return { decision: 'flag', reason: 'suspicious' };
  return { decision: 'allow', reason: 'clean' };
}
