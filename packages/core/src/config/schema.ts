/** What `firewall.toml` may say: one schema, from which the types, the defaults and the editor's JSON schema follow. */

import { z } from 'zod';
import type { Role } from '../verdict.ts';

/** Names a false positive rate that was measured when the codebook was made; the codebook turns it into thresholds. */
export type Preset = 'strict' | 'balanced' | 'permissive';

/** What happens to the texts of a role: scored and decided on, scored but never blocked, or not scored at all. */
export type Policy = 'screened' | 'flag-only' | 'trusted';

/** Every setting, complete: what the firewall runs with. */
export interface FirewallConfig {
  /** Folder of a detector model. Absolute once loaded; in a file, relative to that file. Default: the embedded model. */
  readonly model?: string;
  /** A codebook's file. Absolute once loaded; in a file, relative to that file. Default: the embedded codebook. */
  readonly codebook?: string;
  readonly preset: Preset;
  /** Scores that replace those of the preset, by role. */
  readonly thresholds: { readonly [R in Role]?: { readonly flag?: number; readonly block?: number } };
  readonly roles: { readonly [R in Role]: { readonly policy: Policy } };
  /** How long texts are cut for the model, in tokens. */
  readonly windows: { readonly size: number; readonly stride: number };
  readonly limits: {
    readonly maxCharacters: number;
    readonly maxWindows: number;
    readonly maxEvidence: number;
    /** Screens that may wait; the next one fails with `queue-full`. */
    readonly maxQueue: number;
    /** The decision for a text over `maxCharacters` or `maxWindows`, which is not scored. */
    readonly tooLong: 'block' | 'flag' | 'allow';
  };
  /** The decision when a screen fails. */
  readonly onError: 'block' | 'allow';
  /** Milliseconds that one screen may take; 0 is no limit. */
  readonly timeoutMs: number;
  /** Whether hidden and disguised text is decoded and scored too. */
  readonly views: boolean;
  readonly cache: {
    /** Texts whose reading is kept, by hash, for when they come again; 0 keeps none. */
    readonly entries: number;
  };
  /** Threads that read with a copy of the model each, beside the calling one; 0 reads in the calling thread. */
  readonly sessions: number;
  /** Threads for one inference; 0: the runtime chooses, up to the physical cores, or the cores are divided among `sessions`. */
  readonly threads: number;
  /** An inference server that runs the model. Headers for it come from `ALKNET_FIREWALL_REMOTE_HEADERS`, never from here. */
  readonly remote: {
    /** Without it the model runs in this process. */
    readonly url?: string;
    readonly model: string;
    readonly graphSha256?: string;
    /** Milliseconds that one inference may take. */
    readonly timeoutMs: number;
    readonly maxInFlight: number;
  };
}

type DeepPartial<T> = { readonly [K in keyof T]?: (T[K] extends object ? DeepPartial<T[K]> : T[K]) | undefined };

/** Any part of {@link FirewallConfig}: what a file, the environment or a caller may set. */
export type FirewallConfigInput = DeepPartial<FirewallConfig>;

const path = z.string().min(1).exactOptional();
const score = z.number().min(0).max(1).exactOptional();
const count = (least: number, most: number, otherwise: number) => z.int().min(least).max(most).default(otherwise);

const thresholds = z
  .strictObject({
    flag: score.describe('Scores from here on are flagged.'),
    block: score.describe('Scores from here on are blocked.'),
  })
  .exactOptional();

const role = (policy: Policy) =>
  z
    .strictObject({ policy: z.enum(['screened', 'flag-only', 'trusted']).default(policy) })
    .prefault({})
    .describe('screened: scored and decided on. flag-only: scored, never blocked. trusted: not scored.');

/** The default stride lets a pattern of a quarter window be read whole in some window. */
const windows = z
  .strictObject({
    size: count(32, 1024, 256).describe('Tokens that the model reads at a time.'),
    stride: z
      .int()
      .min(1)
      .max(1024)
      .exactOptional()
      .describe('Tokens from one window to the next. Default: 3/4 of size.'),
  })
  .transform(({ size, stride }) => ({ size, stride: stride ?? Math.floor((size * 3) / 4) }))
  .prefault({});

const limits = z
  .strictObject({
    maxCharacters: count(1, 100_000_000, 1_000_000).describe('Longest text, in UTF-16 code units.'),
    maxWindows: count(1, 1_000_000, 1024).describe('Most windows of one text.'),
    maxEvidence: count(0, 1000, 8).describe('Most places that a verdict lists.'),
    maxQueue: count(1, 1_000_000, 1024).describe('Most screens that may wait.'),
    tooLong: z.enum(['block', 'flag', 'allow']).default('block').describe('The decision for a text over a limit.'),
  })
  .prefault({});

const cache = z
  .strictObject({
    entries: count(0, 1_000_000, 1024).describe(
      'Texts whose reading is kept, by sha256, for when they come again; 0: none.',
    ),
  })
  .prefault({});

/** setTimeout fires at once for anything longer than this. */
const maxTimeoutMs = 2 ** 31 - 1;

const remote = z
  .strictObject({
    url: z
      .url({ protocol: /^https?$/ })
      .refine((url) => !/^[^/]*\/\/[^/]*@/.test(url))
      .exactOptional()
      .describe(
        'Root of a server of the Open Inference Protocol v2 that runs the model. Default: none, it runs in process.',
      ),
    model: z.string().min(1).default('alknet').describe("The model's name on the server."),
    graphSha256: z
      .stringFormat('sha256', /^[0-9a-f]{64}$/)
      .exactOptional()
      .describe('sha256 of the served graph file; needed where the server does not tell it (all but Triton).'),
    timeoutMs: count(1, maxTimeoutMs, 10_000).describe('Milliseconds that one inference may take.'),
    maxInFlight: count(1, 10_000, 16).describe('Most inferences under way at a time.'),
  })
  .prefault({});

/** The one schema of the configuration. Cross-field rules are in `load.ts`, which knows where each value came from. */
export const configSchema: z.ZodType<FirewallConfig, FirewallConfigInput> = z.strictObject({
  model: path.describe('Folder of a detector model, relative to this file. Default: the embedded model.'),
  codebook: path.describe('Codebook file, relative to this file. Default: the embedded codebook.'),
  preset: z
    .enum(['strict', 'balanced', 'permissive'])
    .default('balanced')
    .describe('A false positive rate, measured on data, that the codebook turns into thresholds.'),
  thresholds: z
    .strictObject({
      user: thresholds,
      tool: thresholds,
      document: thresholds,
      memory: thresholds,
      assistant: thresholds,
      system: thresholds,
    })
    .prefault({})
    .describe('Scores that replace those of the preset, by role.'),
  roles: z
    .strictObject({
      user: role('screened'),
      tool: role('screened'),
      document: role('screened'),
      memory: role('screened'),
      assistant: role('flag-only'),
      system: role('flag-only'),
    })
    .prefault({}),
  windows,
  limits,
  onError: z.enum(['block', 'allow']).default('block').describe('The decision when a screen fails.'),
  timeoutMs: count(0, maxTimeoutMs, 0).describe('Milliseconds that one screen may take; 0: no limit.'),
  views: z.boolean().default(true).describe('Whether hidden and disguised text is decoded and scored too.'),
  cache,
  sessions: count(0, 256, 1).describe(
    'Copies of the model, each in a thread of its own: as many as cores for throughput. 0: one, in the calling thread.',
  ),
  threads: count(0, 256, 0).describe(
    'Threads for one inference; 0: the runtime chooses, up to the physical cores, or the cores divided by sessions.',
  ),
  remote,
});
