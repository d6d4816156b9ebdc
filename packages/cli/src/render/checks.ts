/** The doctor's findings, one line each. */

import type { Check } from '../doctor/check.ts';
import { printableLine } from './printable.ts';
import type { Style } from './style.ts';

/** `ok    model files   5 files match their sha256` */
export function renderCheck({ name, ok, detail, hint }: Check, { paint }: Style): string {
  const mark = ok ? paint('green', 'ok  ') : paint(['red', 'bold'], 'FAIL');
  const advice = hint === undefined ? '' : `\n      ${paint('yellow', `-> ${printableLine(hint)}`)}`;
  return `${mark}  ${name.padEnd(13)} ${printableLine(detail)}${advice}\n`;
}

/** The last line. */
export function renderSummary(checks: readonly Check[], { paint }: Style): string {
  const failed = checks.filter(({ ok }) => !ok).length;
  return failed === 0
    ? paint('green', `\nAll ${checks.length} checks passed.\n`)
    : paint('red', `\n${failed} of ${checks.length} checks failed.\n`);
}
