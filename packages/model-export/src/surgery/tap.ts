/** Turns a standard export of a language model into an activation graph. */
import { ModelExportError } from '../errors.ts';
import type { OnnxGraph, OnnxModel } from '../onnx/model.ts';
import { findCaches } from '../passes/caches.ts';
import { withConstantPast, withPrefixInputs } from '../passes/prefix.ts';
import { readPrefix } from '../passes/read-prefix.ts';
import type { Value } from './flow.ts';
import { type GraphIndex, indexGraph } from './graph-index.ts';
import { inlineBranchWithoutPast } from './inline-branch.ts';
import { freshNames, makeRoom, type NameSource } from './names.ts';
import { cutPast } from './past.ts';
import { pruneTo } from './prune.ts';
import { unsupported } from './refusal.ts';
import { locateResiduals, type ResidualStream } from './residuals.ts';
import { withStandardInputs } from './standard-inputs.ts';
import { type TappedValue, tapName, withTapOutputs } from './tap-outputs.ts';
import { type SurgeryWarning, sinkWarnings, surgeryWarnings } from './warnings.ts';

/** The oldest ai.onnx operator set that has every operator surgery adds (CumSum). */
const OLDEST_OPSET = 11n;

/** The first IR version in which a constant need not be an input as well. */
const IR_WITH_PLAIN_CONSTANTS = 4n;

/** What to tap. */
export interface TapOptions {
  /** Layers whose residual stream is returned: 0 is what enters the first layer, k what leaves layer k. */
  readonly layers: readonly number[];
  /** Whether the graph pools tokens itself, as the firewall needs it; on unless false. */
  readonly pooling?: boolean;
}

/** An activation graph and how it came about. */
export interface TappedModel {
  readonly model: OnnxModel;
  /** Ascending, each once. */
  readonly layers: readonly number[];
  readonly pooling: boolean;
  /** What was found in the export, all layers included. */
  readonly stream: ResidualStream;
  readonly warnings: readonly SurgeryWarning[];
}

/**
 * Cuts an activation graph out of a decoder exported with logits, with or without past key values.
 *
 * The result takes `input_ids` and `attention_mask` int64 [batch, tokens] (padded on the right) and, with pooling,
 * `pooling` float32 [segments, tokens]. It returns for each layer k `hidden_k` float32 [batch, segments, width], without
 * pooling [batch, tokens, width]. External data stays external: see `tapFile`, which reads it and checks the result too.
 *
 * @throws ModelExportError `unsupported` where the structure is not understood, `bad-argument` for layers the model has
 * not, `malformed`, `missing-tensor` or `limit-exceeded` for a broken graph
 * @example
 * const { model } = tap(readModel(bytes), { layers: [1, 2, 4, 8] });
 * await writeFile('taps.onnx', writeModel(model));
 */
export function tap(model: OnnxModel, options: TapOptions): TappedModel {
  const { graph: named, taps, fresh, layers, pooling, stream } = namedTaps(model, options);
  const pruned = pruneTo(cutPast(named), tensorsOf(taps));
  const graph = withTapOutputs(withStandardInputs(pruned, fresh), taps, pooling, fresh);
  return { model: activationModel(model, graph), layers, pooling, stream, warnings: surgeryWarnings(graph) };
}

/**
 * {@link tap} with tokens baked in front: the first token of every input stands for them, whatever its id is, and returns the
 * row of the last of them. The export must take past keys and values.
 *
 * @param load completes a graph whose constants lie in other files
 * @throws ModelExportError as `tap` does, and `unsupported` where the export takes no past or joins it in an unknown way
 */
export async function tapWithPrefix(
  model: OnnxModel,
  options: TapOptions,
  tokens: readonly number[],
  load: (graph: OnnxGraph) => OnnxGraph,
): Promise<TappedModel> {
  const { graph: named, taps, fresh, layers, pooling, stream } = namedTaps(model, options);
  const pruned = pruneTo(named, tensorsOf(taps));
  const caches = findCaches(pruned);
  const observed = [...new Set([...tensorsOf(taps), ...caches.map(({ value }) => value)])];
  const plain = load(withStandardInputs(pruneTo(cutPast(named), observed), fresh));
  const outputs = observed.map((name) => ({ name }));
  const prefix = await readPrefix(activationModel(model, { ...plain, outputs }), tokens, caches, taps);

  const inside = withStandardInputs(withConstantPast(pruned, prefix, fresh), fresh);
  const extended = withPrefixInputs(inside, prefix, taps, fresh);
  const whole = withTapOutputs(extended.graph, extended.taps, pooling, fresh);
  const graph = pruneTo(
    whole,
    whole.outputs.map(({ name }) => name),
  );
  return {
    model: activationModel(model, { ...graph, inputs: whole.inputs }),
    layers,
    pooling,
    stream,
    warnings: [...surgeryWarnings(graph), ...sinkWarnings(graph)],
  };
}

interface NamedTaps extends Pick<TappedModel, 'layers' | 'pooling' | 'stream'> {
  readonly graph: OnnxGraph;
  readonly taps: readonly TappedValue[];
  readonly fresh: NameSource;
}

/** Finds the wanted residuals and gives each a name; nothing is cut yet. */
function namedTaps(model: OnnxModel, options: TapOptions): NamedTaps {
  const { pooling = true } = options;
  const layers = [...new Set(options.layers)].sort((a, b) => a - b);
  checkOpset(model);
  const reserved = new Set([...layers.map(tapName), 'pooling']);
  const whole = makeRoom(inlineBranchWithoutPast(model.graph), reserved);
  const index = indexGraph(whole);
  const { values, ...stream } = locateResiduals(index);
  checkLayers(layers, values.length - 1);

  const fresh = freshNames(whole, [...reserved, 'attention_mask', 'position_ids']);
  return { ...nameTaps(index, layers, values, fresh), fresh, layers, pooling, stream };
}

function tensorsOf(taps: readonly TappedValue[]): string[] {
  return taps.map((tapped) => tapped.tensor);
}

/** Gives every tapped value a name: the last sum of a fused norm may be an output that nobody read. */
function nameTaps(
  index: GraphIndex,
  layers: readonly number[],
  values: readonly Value[],
  fresh: NameSource,
): { graph: OnnxGraph; taps: TappedValue[] } {
  const nodes = [...index.nodes];
  const taps = layers.map((layer) => {
    const { node: at, output } = values[layer] as Value;
    const node = index.nodes[at] as (typeof nodes)[number];
    const tensor = node.outputs[output] || fresh(`residual_${layer}`);
    const outputs = Array.from(
      { length: Math.max(node.outputs.length, output + 1) },
      (_, slot) => node.outputs[slot] ?? '',
    );
    nodes[at] = { ...node, outputs: outputs.with(output, tensor) };
    return { layer, tensor };
  });
  return { graph: { ...index.graph, nodes }, taps };
}

function activationModel(model: OnnxModel, graph: OnnxGraph): OnnxModel {
  const irVersion = model.irVersion < IR_WITH_PLAIN_CONSTANTS ? IR_WITH_PLAIN_CONSTANTS : model.irVersion;
  return {
    ...model,
    irVersion,
    producerName: 'alknet-model-export',
    producerVersion: '',
    graph: { ...graph, name: 'activations' },
  };
}

function checkOpset(model: OnnxModel): void {
  const version = model.opsetImports.find(({ domain }) => domain === '' || domain === 'ai.onnx')?.version;
  if (version !== undefined && version >= OLDEST_OPSET) return;
  throw unsupported(
    `The model uses operator set ${version ?? 'none'}`,
    'opset_import',
    `Export it with opset ${OLDEST_OPSET} or newer.`,
  );
}

function checkLayers(layers: readonly number[], depth: number): void {
  const valid = layers.length > 0 && layers.every((layer) => Number.isInteger(layer) && layer >= 0 && layer <= depth);
  if (valid) return;
  throw new ModelExportError({
    code: 'bad-argument',
    what: layers.length === 0 ? 'No layer is named' : `Not every layer of ${layers.join(', ')} exists`,
    where: 'layers',
    todo: `Name layers from 0 to ${depth}: the model has ${depth}.`,
  });
}
