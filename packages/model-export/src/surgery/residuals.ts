/** Finds the residual stream of a decoder by the structure of its graph. */
import type { OnnxGraph, OnnxNode } from '../onnx/model.ts';
import { type AttentionCores, attentionCores } from './attention.ts';
import { stepTowardsFirstLayer, tokenLookups, vocabularySize } from './embedding.ts';
import { type Value, valueName } from './flow.ts';
import { type GraphIndex, indexGraph } from './graph-index.ts';
import { type Hop, nextHop } from './hops.ts';
import { inlineBranchWithoutPast } from './inline-branch.ts';
import { MAX_EMBEDDING_STEPS, MAX_HOPS } from './limits.ts';
import { nodeLabel, unsupported } from './refusal.ts';

/** One value of the residual stream. */
export interface Residual {
  /** As in transformers' `hidden_states[layer]`: 0 enters the first layer; the last one is before the final norm. */
  readonly layer: number;
  /** The value's name; null where it exists only as an output that the graph leaves unnamed. */
  readonly tensor: string | null;
  /** Type and name of the node that gives it, and which of its outputs it is. */
  readonly operator: string;
  readonly node: string;
  readonly output: number;
}

/** The residual stream of a graph. */
export interface ResidualStream {
  /** [layers + 1] */
  readonly residuals: readonly Residual[];
  /** The residual additions in order: `A` adds attention, `m` anything else. */
  readonly hops: string;
  /** Rows of the token embedding, where the graph says it. */
  readonly vocabulary: number | undefined;
}

/** A residual stream with its places in an index. */
export interface LocatedStream extends ResidualStream {
  /** [layers + 1] */
  readonly values: readonly Value[];
}

/**
 * Finds the values that run from layer to layer, whatever the exporter named them.
 *
 * From the lookup of `input_ids`, each next residual is the addition that takes the current one directly and adds
 * something computed from it. r[k] is the residual that enters attention k + 1; the last one leaves the last addition.
 *
 * @throws ModelExportError `unsupported` where the rule does not account for every attention in the graph
 * @example
 * const { residuals, hops } = findResiduals(model.graph);
 * hops; // 'AmAmAmAm' for four layers
 */
export function findResiduals(graph: OnnxGraph): ResidualStream {
  const { residuals, hops, vocabulary } = locateResiduals(indexGraph(inlineBranchWithoutPast(graph)));
  return { residuals, hops, vocabulary };
}

/** As {@link findResiduals}, on an index; says also where each value is. */
export function locateResiduals(index: GraphIndex): LocatedStream {
  const cores = attentionCores(index);
  const lookups = tokenLookups(index);
  const chains = lookups.map((lookup) => ({ lookup, hops: followHops(index, cores, lookup) }));
  const [chain, second] = chains.filter(({ hops }) => hops.some((hop) => hop.attention));
  if (chain === undefined) throw noLayers(index, lookups[0] as Value);
  if (second !== undefined) {
    throw unsupported(
      'Two token embeddings lead into layers',
      nodeLabel(index.nodes[second.lookup.node] as OnnxNode),
      'Give a model with one decoder.',
    );
  }
  const attentionHops = chain.hops.filter((hop) => hop.attention);
  checkAllAttentionFound(cores, attentionHops.length);
  const values = [...attentionHops.map((hop) => hop.from), (chain.hops.at(-1) as Hop).to];
  return {
    values,
    residuals: values.map((value, layer) => describe(index, value, layer)),
    hops: chain.hops.map((hop) => (hop.attention ? 'A' : 'm')).join(''),
    vocabulary: vocabularySize(index, chain.lookup),
  };
}

function followHops(index: GraphIndex, cores: AttentionCores, lookup: Value): Hop[] {
  const hops: Hop[] = [];
  let current: Value | undefined = lookup;
  for (let steps = 0; current !== undefined; ) {
    const hop = nextHop(index, cores.nodes, current, hops.at(-1)?.from);
    if (hop !== undefined) {
      hops.push(hop);
      if (hops.length > MAX_HOPS)
        throw unsupported(
          `More than ${MAX_HOPS} residual additions follow each other`,
          'the graph',
          'This is no language model.',
        );
      current = hop.to;
    } else {
      // Steps without an addition are taken before the first layer only: behind it they would skip what is not understood.
      steps += 1;
      current = hops.length === 0 && steps <= MAX_EMBEDDING_STEPS ? stepTowardsFirstLayer(index, current) : undefined;
    }
  }
  return hops;
}

function checkAllAttentionFound(cores: AttentionCores, found: number): void {
  const total = cores.nodes.size + cores.nested;
  if (total === found) return;
  throw unsupported(
    `The graph has ${total} attention blocks, but ${found} add to the residual stream that was found`,
    cores.nested > 0 ? `${cores.nested} of them lie in nested graphs` : 'the graph',
    'Its layers are joined in a way this version does not know (a norm after each addition, for one): please report the model.',
  );
}

function noLayers(index: GraphIndex, lookup: Value): Error {
  return unsupported(
    'No layer was found: nothing adds attention to the token embedding',
    nodeLabel(index.nodes[lookup.node] as OnnxNode),
    'Give a decoder-only transformer with residual connections.',
  );
}

function describe(index: GraphIndex, value: Value, layer: number): Residual {
  const { opType, name } = index.nodes[value.node] as OnnxNode;
  return { layer, tensor: valueName(index, value) ?? null, operator: opType, node: name, output: value.output };
}
