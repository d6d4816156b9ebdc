/** What the doctor finds. */

import { errorParts } from '../render/error.ts';

/** One finding. `hint` says what to do when it is not ok. */
export interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
  readonly hint?: string;
}

/** All is well. */
export const pass = (name: string, detail: string): Check => ({ name, ok: true, detail });

/** What was thrown, with its own hint where it has one. */
export function failure(name: string, error: unknown): Check {
  const { code, message } = errorParts(error);
  const { hint } = (error ?? {}) as { hint?: unknown };
  const advice =
    typeof hint === 'string' ? hint : 'Install the packages again; if that does not help, report this line.';
  return { name, ok: false, detail: `${code}: ${message.replace(` ${advice}`, '')}`, hint: advice };
}
