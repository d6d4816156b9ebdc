/** The interface of a detector model: token ids in, pooled activations of its tapped layers out. */

/** Which means over tokens to return: each row of `weights` is one weighting of the tokens. */
export interface Pooling {
  /** [segments, tokens], row-major. A one-hot row gives one token's state, equal weights that sum to 1 a mean. */
  readonly weights: Float32Array;
  readonly segments: number;
  readonly tokens: number;
}

/** What the tapped layers hold for one window. */
export interface Activations {
  readonly segments: number;
  readonly width: number;
  /** One array per tapped layer, in the order of `info.layers`; each [segments, width], row-major. */
  readonly layers: readonly Float32Array[];
}

/** Facts about a detector model that a codebook depends on. */
export interface DetectorModelInfo {
  /** Tapped layers, as in transformers' `hidden_states[k]`: the residual stream after k layers. */
  readonly layers: readonly number[];
  readonly width: number;
  /** sha256 of the graph file, lower-case hex. A codebook made on another graph is refused. */
  readonly graphSha256: string;
  /** The most tokens one window may have, the sink token included. */
  readonly maxTokens: number;
}

/**
 * Reads one window of tokens. In process (`onnx.ts`) or remote (`open-inference/`).
 * Calls may overlap; an implementation queues what it cannot run at once.
 */
export interface DetectorModel {
  readonly info: DetectorModelInfo;
  /**
   * @param tokenIds [tokens], the sink token first
   * @param pooling [segments, tokens]
   * @param signal lets a model that can stop do so; the caller waits no longer either way
   * @throws FirewallError `model-failed`, `remote-unreachable`, `remote-protocol`, `timeout`, `aborted` or `closed`
   */
  infer(tokenIds: Int32Array, pooling: Pooling, signal?: AbortSignal): Promise<Activations>;
  close(): Promise<void>;
}
