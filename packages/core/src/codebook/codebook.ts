/** The codebook: data, not code. Per head the layers' projections and labelled prototypes, and how they become a score. */
import type { Preset } from '../config/schema.ts';
import type { NgramTable } from './ngrams.ts';

/** `prompt` reads users' turns, `data` reads documents and tool output. */
export type HeadName = 'prompt' | 'data';

/** How one tapped layer is scored. */
export interface LayerHead {
  /** `hidden_states` index. */
  readonly layer: number;
  /** [dimensions, width]; normalisation folded in. */
  readonly projection: Float32Array;
  /** [dimensions] */
  readonly offset: Float32Array;
  /** [prototypes, dimensions], unit length, the attack prototypes first. */
  readonly prototypes: Float32Array;
  /** One label a prototype. */
  readonly labels: readonly string[];
  /** How many of the prototypes stand for attacks. */
  readonly attackPrototypes: number;
  /** Factor on the cosine similarities (inverse temperature). */
  readonly sharpness: number;
  /** Weight of this layer's log-odds in the sum. */
  readonly weight: number;
}

/** Scores a threshold pair was measured at. */
export interface PresetThresholds {
  readonly flag: number;
  readonly block: number;
  /** Share of harmless held-out texts at or above `block`, as measured. */
  readonly falsePositiveRate: number;
}

/** What one threshold does to held-out texts. */
export interface OperatingPoint {
  /** Scores at or above it are blocked. */
  readonly threshold: number;
  /** Share of harmless texts at or above it, measured as for the presets. */
  readonly falsePositiveRate: number;
  /** Share of attacks at or above it. */
  readonly recall: number;
}

/**
 * What the training texts say about how layers and n-grams are combined, without the texts: around the fitted weights w0
 * their loss rises by 1/2 (w - w0)' precision (w - w0) (Laplace's approximation; Bishop, "Pattern Recognition and Machine
 * Learning", 2006, section 4.5.1). w is [each layer's weight, ngramWeight, bias].
 */
export interface FitStatistics {
  /** [layers + 2, layers + 2], row-major: Hessian of the weighted cross-entropy of the texts' scores at w0. */
  readonly precision: readonly number[];
  /** Texts that it stands for; their weights sum to this number. */
  readonly texts: number;
}

/** One detector: layers, n-grams, and the curve from log-odds to probability. */
export interface Head {
  readonly layers: readonly LayerHead[];
  readonly ngrams: NgramTable;
  readonly ngramWeight: number;
  readonly bias: number;
  /** Log-odds taken off per natural log of the number of segments, up to a bound: looking at more must not mean more false alarms. */
  readonly lengthSlope: number;
  /** Platt scaling: probability = 1 / (1 + exp(-(slope * logit + intercept))). */
  readonly calibration: { readonly slope: number; readonly intercept: number };
  readonly presets: Readonly<Record<Preset, PresetThresholds>>;
  /** What other thresholds would do, by rising threshold; older codebooks lack it. */
  readonly curve?: readonly OperatingPoint[];
  /** What examples are weighed against when they are added later; older codebooks lack it. */
  readonly statistics?: FitStatistics;
}

/** Everything that turns activations into a score. */
export interface Codebook {
  readonly name: string;
  /** sha256 of the codebook file, lower-case hex. */
  readonly sha256: string;
  /** sha256 of the graph it was made on; another graph is refused. */
  readonly graphSha256: string;
  readonly width: number;
  /** Segments that are scored inside a window, in tokens. */
  readonly segments: { readonly size: number; readonly stride: number };
  /** Share of attacks that the calibrated probability assumes. */
  readonly prior: number;
  readonly heads: Readonly<Record<HeadName, Head>>;
}
