/** One step along the residual stream: the addition that takes the current value and adds what was computed from it. */
import type { OnnxNode } from '../onnx/model.ts';
import { aliases, nodesBetween, type Value, valueName } from './flow.ts';
import type { GraphIndex } from './graph-index.ts';
import { MAX_ADDITIONS } from './limits.ts';
import { SKIP_NORM_SUM, SKIP_NORMS } from './operators.ts';
import { nodeLabel, unsupported } from './refusal.ts';

/** A residual addition. */
export interface Hop {
  /** The residual that the added part was computed from. */
  readonly from: Value;
  /** The sum. */
  readonly to: Value;
  /** True where the added part went through attention. */
  readonly attention: boolean;
}

/**
 * The next addition, or undefined at the end of the stream.
 *
 * @param earlier the residual that the previous hop started from: blocks in parallel (x + attention(x) + mlp(x)) add a
 * second part that was computed from there
 * @throws ModelExportError `unsupported` where two additions compete
 */
export function nextHop(
  index: GraphIndex,
  cores: ReadonlySet<number>,
  current: Value,
  earlier: Value | undefined,
): Hop | undefined {
  const name = valueName(index, current);
  if (name === undefined) return undefined;
  const names = aliases(index, name);
  const additions = additionsOf(index, names);
  if (additions.length > MAX_ADDITIONS) throw forks(index, additions[MAX_ADDITIONS] as Addition);
  const direct = hopsFrom(index, cores, additions, current);
  if (direct.length > 0 || earlier === undefined) return only(index, direct);
  return only(index, hopsFrom(index, cores, additions, earlier));
}

interface Addition {
  readonly to: Value;
  readonly operand: string;
}

function additionsOf(index: GraphIndex, names: ReadonlySet<string>): Addition[] {
  return [...names].flatMap((name) =>
    (index.uses.get(name) ?? []).flatMap(({ node, slot }) => {
      const { opType, inputs } = index.nodes[node] as OnnxNode;
      const output = opType === 'Add' ? 0 : SKIP_NORMS.has(opType) ? SKIP_NORM_SUM : undefined;
      if (output === undefined || (slot !== 0 && slot !== 1)) return [];
      const operand = inputs[1 - slot] as string;
      return names.has(operand) ? [] : [{ to: { node, output }, operand }];
    }),
  );
}

function hopsFrom(index: GraphIndex, cores: ReadonlySet<number>, additions: readonly Addition[], from: Value): Hop[] {
  const source = sourceNames(index, from);
  return additions.flatMap(({ to, operand }) => {
    const between = nodesBetween(index, source, operand);
    return between === undefined ? [] : [{ from, to, attention: between.some((at) => cores.has(at)) }];
  });
}

/** A skip norm gives the sum and its norm at once: what is computed from the norm is computed from the sum. */
function sourceNames(index: GraphIndex, from: Value): Set<string> {
  const names = aliases(index, valueName(index, from) as string);
  const { opType, outputs } = index.nodes[from.node] as OnnxNode;
  const [norm] = outputs;
  if (SKIP_NORMS.has(opType) && from.output === SKIP_NORM_SUM && norm) names.add(norm);
  return names;
}

function only(index: GraphIndex, hops: readonly Hop[]): Hop | undefined {
  const [hop, second] = hops;
  if (second === undefined) return hop;
  throw forks(index, second);
}

function forks(index: GraphIndex, { to }: { readonly to: Value }): Error {
  return unsupported(
    'Two additions take the same residual, so that the stream forks',
    nodeLabel(index.nodes[to.node] as OnnxNode),
    'Its layers are joined in a way this version does not know: please report the model.',
  );
}
