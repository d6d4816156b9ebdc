/** What `screen()` answers: a decision, a calibrated score and the evidence; never the text itself. */

/** What to do with the text: let it pass, let it pass but look at it, or stop it. */
export type Decision = 'allow' | 'flag' | 'block';

/** Where a text comes from. `user` is read by the prompt head; `tool`, `document` and `memory` by the data head. */
export type Role = 'user' | 'tool' | 'document' | 'memory' | 'assistant' | 'system';

/** Every role, in the order of the documentation. */
export const roles: readonly Role[] = ['user', 'tool', 'document', 'memory', 'assistant', 'system'];

/**
 * Why the decision is what it is. With status `ok`: `clean`, `trusted` (the role is not screened), `suspicious` (over the flag threshold), `attack` (over the
 * block threshold), `hidden-text` (text that a person would not see decodes to words), `special-token` (the text holds a
 * control token of the model's chat format), `too-long` (over a limit; a policy decision, nothing was scored).
 * With status `failed`: `timeout`, `aborted`, `queue-full`, `error`.
 */
export type Reason =
  | 'clean'
  | 'trusted'
  | 'suspicious'
  | 'attack'
  | 'hidden-text'
  | 'special-token'
  | 'too-long'
  | 'timeout'
  | 'aborted'
  | 'queue-full'
  | 'error';

/** What one tapped layer (or the token n-grams, layer 0) says of a segment. */
export interface LayerEvidence {
  /** `hidden_states` index of the layer; 0 stands for the token n-grams. */
  readonly layer: number;
  /** Log-odds of attack against harmless that this layer contributes, in natural-log units. */
  readonly logit: number;
  /** Label of the nearest prototype: a kind of attack or of harmless text. Absent for layer 0. */
  readonly prototype?: string;
  /** Cosine of the segment and that prototype, -1 to 1. Absent for layer 0. */
  readonly similarity?: number;
}

/** One suspicious place. */
export interface Evidence {
  /** In a conversation, the part it is in, such as `messages[2].content`. */
  readonly where?: string;
  /** Start and end in UTF-16 code units of the text that was screened. */
  readonly span: readonly [start: number, end: number];
  /** The view that showed it: `raw`, or what made it visible. */
  readonly view: string;
  /** Probability of an attack, as of this place alone. */
  readonly score: number;
  /** Kind of attack (or harmless text), from the nearest prototype. */
  readonly kind: string;
  /** Per tapped layer, lowest first. */
  readonly layers: readonly LayerEvidence[];
}

/** Part of the input that no detector reads (an image, a file), and so was not screened. */
export interface Unscreened {
  /** Path of the part inside the input, such as `messages[2].content[0]`. */
  readonly where: string;
  /** The part's own type, such as `image`. */
  readonly type: string;
}

/** The answer to one `screen()`. Safe to log: it never holds screened text. */
export interface Verdict {
  readonly decision: Decision;
  /** `failed` means that nothing (or not everything) was scored and the decision is the one `onError` names. */
  readonly status: 'ok' | 'failed';
  readonly reason: Reason;
  /** Calibrated probability of an attack, 0 to 1; 1 when the status is `failed` or the text is too long and blocked. */
  readonly score: number;
  /** Scores at or above `block` are blocked, at or above `flag` flagged. */
  readonly thresholds: { readonly flag: number; readonly block: number };
  /** The kind of attack that the strongest evidence is nearest to; `none` when the decision is allow. */
  readonly kind: string;
  readonly role: Role;
  /** Strongest first, at most `limits.maxEvidence`. Empty when nothing is over the flag threshold. */
  readonly evidence: readonly Evidence[];
  readonly unscreened: readonly Unscreened[];
  /** For status `failed`: code and message of the error, without screened text. */
  readonly error?: { readonly code: string; readonly message: string };
  /** True where all of it was known from an earlier, equal text under the same role: then no model ran for it. */
  readonly cached: boolean;
  /** How much was read, for a cached verdict: when the text was first read. */
  readonly read: { readonly characters: number; readonly tokens: number; readonly windows: number };
  /** Milliseconds, by step. */
  readonly timing: { readonly total: number; readonly text: number; readonly model: number };
}
