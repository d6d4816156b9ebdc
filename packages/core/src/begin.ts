/** What a call of `screen()` asks for: checked options, the head that reads the role, thresholds and policy. */
import type { Codebook, HeadName } from './codebook/codebook.ts';
import type { FirewallConfig } from './config/schema.ts';
import { FirewallError } from './errors.ts';
import type { Screening } from './outcome.ts';
import { type Role, roles } from './verdict.ts';

/** How to screen one text. */
export interface ScreenOptions {
  /** Where the text comes from; default `user`. Say `document` or `tool` for data: it is read by another head. */
  readonly role?: Role;
  /** Milliseconds until the verdict is `failed` with reason `timeout`; default the configuration's. 0 means no limit. */
  readonly timeoutMs?: number;
  /** Aborting gives a `failed` verdict with reason `aborted`. */
  readonly signal?: AbortSignal;
}

/** Data is read by the head for which any instruction to the assistant is suspicious. */
export const headOf: Readonly<Record<Role, HeadName>> = {
  user: 'prompt',
  assistant: 'prompt',
  system: 'prompt',
  tool: 'data',
  document: 'data',
  memory: 'data',
};

/**
 * Checks a call and fixes what every verdict of it shares.
 *
 * @throws FirewallError `input-invalid` or `option-invalid`
 */
export function beginScreening(
  text: string,
  { role = 'user', timeoutMs }: ScreenOptions,
  config: FirewallConfig,
  codebook: Codebook,
): Screening {
  if (typeof text !== 'string') throw invalid('input-invalid', `The text is of type ${typeof text}`, 'Pass a string.');
  if (!roles.includes(role)) {
    throw invalid('option-invalid', 'The role is none of the known ones', `Use one of ${roles.join(', ')}.`);
  }
  if (timeoutMs !== undefined && !(timeoutMs >= 0)) {
    throw invalid('option-invalid', 'timeoutMs is not a number of 0 or more', 'Pass milliseconds.');
  }
  const preset = codebook.heads[headOf[role]].presets[config.preset];
  const own = config.thresholds[role];
  const block = own?.block ?? preset.block;
  return {
    role,
    policy: config.roles[role].policy,
    thresholds: { flag: Math.min(own?.flag ?? preset.flag, block), block },
    characters: text.length,
    started: performance.now(),
  };
}

/** More texts at once than the configuration allows. */
export function queueFull(maxQueue: number): FirewallError {
  return new FirewallError('queue-full', {
    message: `${maxQueue} texts are being screened already`,
    where: 'limits.maxQueue',
    hint: 'Send fewer at once, add processes, or raise the limit.',
  });
}

/** A call that is not as documented. */
export function invalid(
  code: 'input-invalid' | 'option-invalid' | 'closed',
  message: string,
  hint: string,
): FirewallError {
  return new FirewallError(code, { message, where: 'Firewall.screen()', hint });
}
