/** The verdict in words. */
import type { Reason, Verdict } from '@alknet/firewall-core';
import { make } from '../dom.ts';

const reasons: Readonly<Record<Reason, string>> = {
  clean: 'Nothing in it reads like an attack.',
  trusted: 'Texts of this role are not screened.',
  suspicious: 'It is over the flag threshold, but under the block threshold.',
  attack: 'It is over the block threshold.',
  'hidden-text': 'It holds text that a reader would not see.',
  'special-token': 'It holds control tokens of the model’s chat format.',
  'too-long': 'It is too long to be screened; the limits decide.',
  timeout: 'Screening took too long; the failure policy decides.',
  aborted: 'Screening was given up; the failure policy decides.',
  'queue-full': 'Too many texts are waiting; the failure policy decides.',
  error: 'Screening failed; the failure policy decides.',
};

/** Decision, reason and figures. */
export function verdictPanel({ decision, reason, score, thresholds, kind, error, read, timing }: Verdict): Element[] {
  const figures: readonly (readonly [string, string])[] = [
    ['Score', score.toFixed(3)],
    ['Blocked from', thresholds.block.toFixed(3)],
    ['Flagged from', thresholds.flag.toFixed(3)],
    ['Kind', kind],
    ['Read', `${read.tokens} tokens in ${read.windows} ${read.windows === 1 ? 'window' : 'windows'}`],
    ['Time', `${timing.total.toFixed(0)} ms`],
  ];
  return [
    make('p', {}, make('strong', { class: `decision ${decision}` }, decision), ` ${reasons[reason]}`),
    ...(error ? [make('p', { class: 'problem' }, error.message)] : []),
    make(
      'dl',
      { class: 'figures' },
      ...figures.map(([name, value]) => make('div', {}, make('dt', {}, name), make('dd', {}, value))),
    ),
  ];
}
