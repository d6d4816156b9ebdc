/** Compares a graph with reference activations, or with another graph. */
import { ModelExportError } from '../errors.ts';
import { type ActivationGraph, everyToken } from './activation-graph.ts';
import { type LayerError, LayerErrorSum } from './layer-error.ts';
import type { Pool, Reference } from './reference.ts';

/**
 * Agreement with a reference in every layer that both have.
 *
 * @throws ModelExportError `shape-mismatch` when they have no layer in common or differ in width, `unsupported` for a graph with
 * fixed tokens in front
 */
export async function verifyAgainstReference(graph: ActivationGraph, reference: Reference): Promise<LayerError[]> {
  if (graph.prefix.length > 0) throw hasPrefix(graph);
  const layers = commonLayers(graph.taps, reference.layers);
  const sums = new Map(layers.map((layer) => [layer, new LayerErrorSum(layer)]));
  for (const [prompt, { ids }] of reference.prompts.entries()) {
    const results = await graph.run(ids, poolingRows(reference.pools, ids.length));
    for (const layer of layers) {
      const hidden = results.get(layer) as Float32Array; // [pools, width]
      if (hidden.length !== reference.pools.length * reference.width) throw differentWidth(hidden.length, reference);
      for (let pool = 0; pool < reference.pools.length; pool++) {
        const candidate = hidden.subarray(pool * reference.width, (pool + 1) * reference.width);
        sums.get(layer)?.add(candidate, reference.vector(prompt, reference.layers.indexOf(layer), pool));
      }
    }
  }
  return [...sums.values()].map((sum) => sum.result());
}

/**
 * Agreement of two graphs, token by token, over texts that start with a sink token, which is left out.
 *
 * @param given what the reference reads in front of each text: the tokens that the candidate has as constants
 */
export async function compareGraphs(
  candidate: ActivationGraph,
  reference: ActivationGraph,
  texts: readonly (readonly number[])[],
  given: readonly number[] = [],
): Promise<LayerError[]> {
  const layers = commonLayers(candidate.taps, reference.taps);
  const sums = new Map(layers.map((layer) => [layer, new LayerErrorSum(layer)]));
  for (const ids of texts) {
    const ours = await candidate.run(ids, everyToken(ids.length));
    const all = [...given, ...ids];
    const theirs = await reference.run(all, everyToken(all.length).subarray(given.length * all.length));
    for (const layer of layers) {
      const [a, b] = [ours.get(layer) as Float32Array, theirs.get(layer) as Float32Array]; // [tokens, width]
      const width = b.length / ids.length;
      for (let token = 1; token < ids.length; token++) {
        const range = [token * width, (token + 1) * width] as const;
        sums.get(layer)?.add(a.subarray(...range), b.subarray(...range));
      }
    }
  }
  return [...sums.values()].map((sum) => sum.result());
}

/** The table that the command prints. */
export function errorTable(errors: readonly LayerError[]): string {
  const header = '| layer | vectors | mean error | max error | min cosine |\n| ---: | ---: | ---: | ---: | ---: |';
  const rows = errors.map(({ layer, vectors, meanError, maxError, minCosine }) => {
    return `| ${layer} | ${vectors} | ${meanError.toExponential(2)} | ${maxError.toExponential(2)} | ${minCosine.toFixed(6)} |`;
  });
  return [header, ...rows].join('\n');
}

function poolingRows(pools: readonly Pool[], tokens: number): Float32Array {
  const rows = new Float32Array(pools.length * tokens);
  for (const [row, pool] of pools.entries()) {
    if (pool === 'last') rows[row * tokens + tokens - 1] = 1;
    else rows.fill(1 / tokens, row * tokens, (row + 1) * tokens);
  }
  return rows;
}

function commonLayers(ours: readonly number[], theirs: readonly number[]): number[] {
  const layers = ours.filter((layer) => theirs.includes(layer));
  if (layers.length > 0) return layers;
  throw mismatch(`The graph returns layers ${ours.join(', ')}, the reference has ${theirs.join(', ')}`);
}

function hasPrefix({ prefix }: ActivationGraph): ModelExportError {
  return new ModelExportError({
    code: 'unsupported',
    what: `The graph has ${prefix.length} fixed tokens in front of every input, the reference has none`,
    where: 'reference',
    todo: 'Verify a graph without them against the reference, and this one against that graph.',
  });
}

function differentWidth(length: number, reference: Reference): ModelExportError {
  return mismatch(`The graph's width is ${length / reference.pools.length}, the reference's ${reference.width}`);
}

function mismatch(what: string): ModelExportError {
  const todo = 'Give a reference that was made from the same model.';
  return new ModelExportError({ code: 'shape-mismatch', what, where: 'reference', todo });
}
