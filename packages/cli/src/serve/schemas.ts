/** What the server's own routes take and answer: one schema each, for checking and for the OpenAPI document. */

import {
  type Decision,
  type Explanation,
  type HeadInfo,
  type HeadName,
  type Message,
  type Preset,
  type Reason,
  type Role,
  roles,
  type Verdict,
} from '@alknet/firewall-core';
import { z } from 'zod';

/** What a client may ask for beside the text. */
export interface AskedOptions {
  readonly role?: Role;
  readonly timeoutMs?: number;
}

export interface InputRequest {
  readonly input: string;
  readonly options?: AskedOptions;
}

export interface MessagesRequest {
  readonly messages: readonly Message[];
  readonly options?: Omit<AskedOptions, 'role'>;
}

export interface BatchRequest {
  readonly items: readonly (string | { readonly input: string; readonly role?: Role })[];
  readonly options?: AskedOptions;
}

/** Entries of one request: more are better sent as several, so that others get a turn. */
export const maxItems = 1000;

/** setTimeout fires at once for anything longer than this. */
const maxTimeoutMs = 2 ** 31 - 1;

export const role: z.ZodType<Role> = z.enum(roles as [Role, ...Role[]]);

const timeoutMs = z.int().min(1).max(maxTimeoutMs).exactOptional();
const options = z
  .strictObject({
    role: role.exactOptional().describe('Where the input comes from; default `user`.'),
    timeoutMs: timeoutMs.describe("At most this long; the server's own limit holds too."),
  })
  .exactOptional();

const part = z.looseObject({ type: z.string(), text: z.string().exactOptional() });
const message = z.looseObject({
  role,
  content: z
    .union([z.string(), z.array(part).max(maxItems)])
    .describe('A text, or parts; parts without `text` are reported as unscreened.'),
});

export const inputRequest: z.ZodType<InputRequest> = z.strictObject({ input: z.string(), options });

export const messagesRequest: z.ZodType<MessagesRequest> = z.strictObject({
  messages: z.array(message).min(1).max(maxItems),
  options: z.strictObject({ timeoutMs }).exactOptional(),
});

const item = z.union([z.string(), z.strictObject({ input: z.string(), role: role.exactOptional() })]);
export const batchRequest: z.ZodType<BatchRequest> = z.strictObject({
  items: z.array(item).min(1).max(maxItems),
  options,
});

const decisions: Readonly<Record<Decision, Decision>> = { allow: 'allow', flag: 'flag', block: 'block' };
const reasons: { readonly [R in Reason]: R } = {
  clean: 'clean',
  trusted: 'trusted',
  suspicious: 'suspicious',
  attack: 'attack',
  'hidden-text': 'hidden-text',
  'special-token': 'special-token',
  'too-long': 'too-long',
  timeout: 'timeout',
  aborted: 'aborted',
  'queue-full': 'queue-full',
  error: 'error',
};

const probability = z.number().min(0).max(1);
const count = z.int().min(0);

const layers = z.array(
  z.object({
    layer: count,
    logit: z.number(),
    prototype: z.string().exactOptional(),
    similarity: z.number().exactOptional(),
  }),
);

/** The verdict, as JSON. The tests hold what the server answers against it. */
export const verdict: z.ZodType<Verdict> = z.object({
  decision: z.enum(decisions),
  status: z.enum(['ok', 'failed']).describe('`failed`: not screened, and the decision is that of `onError`.'),
  reason: z.enum(reasons),
  score: probability.describe('Calibrated probability of an attack.'),
  thresholds: z.object({ flag: probability, block: probability }),
  kind: z.string(),
  role,
  evidence: z.array(
    z.object({
      span: z.tuple([count, count]),
      where: z.string().exactOptional().describe('In a conversation, the part it is in.'),
      view: z.string(),
      score: probability,
      kind: z.string(),
      layers,
    }),
  ),
  unscreened: z.array(z.object({ where: z.string(), type: z.string() })),
  error: z.object({ code: z.string(), message: z.string() }).exactOptional(),
  cached: z.boolean().describe('Known from an earlier, equal text under the same role; no model ran.'),
  read: z.object({ characters: count, tokens: count, windows: count }),
  timing: z.object({ total: z.number(), text: z.number(), model: z.number() }),
});

export const batchAnswer: z.ZodType<{ readonly verdicts: readonly Verdict[] }> = z.object({
  verdicts: z.array(verdict),
});

const span = z.tuple([count, count]);

/** What `POST /v1/explain` answers. */
export const explanation: z.ZodType<Explanation> = z.object({
  verdict,
  views: z.array(
    z.object({
      name: z.string(),
      techniques: z.array(z.string()),
      hidden: z.boolean(),
      source: span.describe('Where the view came from, in UTF-16 code units of the input.'),
      text: z.string().exactOptional().describe('What the view says; absent for `raw`.'),
      segments: z.array(z.object({ span, score: probability, kind: z.string(), layers })),
    }),
  ),
});

/** What `GET /v1/calibration` answers. */
export interface Calibration {
  readonly codebook: string;
  readonly prior: number;
  readonly preset: Preset;
  readonly heads: Readonly<Record<HeadName, HeadInfo & { readonly roles: readonly Role[] }>>;
}

const preset = z.object({ flag: probability, block: probability, falsePositiveRate: probability });
const head = z.object({
  calibration: z.object({ slope: z.number(), intercept: z.number() }),
  presets: z.object({ strict: preset, balanced: preset, permissive: preset }),
  curve: z
    .array(z.object({ threshold: probability, falsePositiveRate: probability, recall: probability }))
    .exactOptional()
    .describe('By rising threshold: the shares of harmless texts and of attacks at or above it, on held-out texts.'),
  roles: z.array(role),
});

export const calibration: z.ZodType<Calibration> = z.object({
  codebook: z.string(),
  prior: probability,
  preset: z.enum(['strict', 'balanced', 'permissive']),
  heads: z.object({ prompt: head, data: head }),
});
