/** Upper bounds of what surgery accepts: a hostile graph is refused before it costs minutes or gigabytes (CWE-400). */

/** Nodes in the main graph; a 70-billion-parameter decoder exported in small pieces has about 25,000. */
export const MAX_NODES = 200_000;

/** Residual additions that are followed; 80 layers have 160. */
export const MAX_HOPS = 1024;

/** Additions that read one residual; real models have one, each costs a walk over the graph. */
export const MAX_ADDITIONS = 64;

/** Names one value has behind casts, reshapes and identities; more are not followed, and the attention count then refuses. */
export const MAX_ALIASES = 256;

/** Nodes between the token embedding and the first layer: scale, position, norm, casts. */
export const MAX_EMBEDDING_STEPS = 64;
