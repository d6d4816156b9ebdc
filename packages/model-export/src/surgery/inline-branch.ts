/** Takes a merged decoder apart: one If on `use_cache_branch` holds the model twice, with and without a past. */
import type { OnnxGraph, OnnxNode } from '../onnx/model.ts';
import { capturedNames, nestedGraphs, renameInNodes } from './graph-names.ts';
import { malformed, nodeLabel, quoted, unsupported } from './refusal.ts';

/** The input that chooses the branch in the exports of Optimum. */
const BRANCH_INPUT = 'use_cache_branch';

/**
 * Puts the nodes of the branch without a past in the place of the If; a graph without such an If comes back as it is.
 * Other Ifs stay: they compute a value, such as a rotary table, and are pruned or kept like any node.
 *
 * @throws ModelExportError `unsupported` where the model lies in nested graphs in any other way
 */
export function inlineBranchWithoutPast(graph: OnnxGraph): OnnxGraph {
  const holders = graph.nodes.filter((node) => capturedNames(node).includes('input_ids'));
  const [holder] = holders;
  if (holder === undefined) return graph;
  const onlyBranch = holders.length === 1 && holder.opType === 'If' && holder.inputs[0] === BRANCH_INPUT;
  if (!onlyBranch || !graph.inputs.some((input) => input.name === BRANCH_INPUT)) {
    throw unsupported(
      `The model lies in a nested graph that is not a single If on the input ${quoted(BRANCH_INPUT)}`,
      nodeLabel(holder),
      'Export the decoder without merging, as decoder_model.onnx.',
    );
  }
  const branch = holder.attributes.find((attribute) => attribute.name === 'else_branch');
  if (branch?.type !== 'graph' || nestedGraphs(holder).length !== 2)
    throw malformed('The If lacks its two branches', nodeLabel(holder));
  return replaceNode(graph, holder, branch.value);
}

function replaceNode(graph: OnnxGraph, holder: OnnxNode, branch: OnnxGraph): OnnxGraph {
  if (branch.outputs.length !== holder.outputs.length) {
    throw malformed('The branch and its If have different numbers of outputs', nodeLabel(holder));
  }
  const sameName = new Map<string, string>();
  const copies: OnnxNode[] = [];
  const produced = new Set(branch.nodes.flatMap((node) => node.outputs));
  branch.outputs.forEach(({ name }, at) => {
    const outside = holder.outputs[at] as string;
    if (outside === '' || outside === name) return;
    if (produced.has(name) && !sameName.has(name) && !produced.has(outside)) sameName.set(name, outside);
    else
      copies.push({
        name: '',
        opType: 'Identity',
        domain: '',
        inputs: [sameName.get(name) ?? name],
        outputs: [outside],
        attributes: [],
      });
  });
  const nodes = [...renameInNodes(branch.nodes, sameName), ...copies];
  return {
    ...graph,
    nodes: graph.nodes.flatMap((node) => (node === holder ? nodes : [node])),
    initializers: [...graph.initializers, ...branch.initializers],
    inputs: graph.inputs.filter((input) => input.name !== BRANCH_INPUT),
    valueInfo: [...graph.valueInfo, ...branch.valueInfo],
  };
}
