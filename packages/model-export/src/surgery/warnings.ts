/** What is not wrong with a tapped model, but must be known before its values are trusted. */
import type { OnnxGraph } from '../onnx/model.ts';
import { nestedGraphs } from './graph-names.ts';
import { DYNAMICALLY_QUANTISED } from './operators.ts';

/** A property of a tapped model that its user should know. */
export interface SurgeryWarning {
  readonly code: 'dynamic-quantisation';
  readonly message: string;
}

/** Warnings for the nodes that are left after pruning. */
export function surgeryWarnings(graph: OnnxGraph): SurgeryWarning[] {
  const count = dynamicallyQuantised(graph);
  if (count === 0) return [];
  const message =
    `${count} operators choose their quantisation scale while running, over all tokens and texts of a run: a token's ` +
    'values then depend on later tokens and on what shares the batch. Scores move with them; prefer an export with float ' +
    'or block-wise quantised weights.';
  return [{ code: 'dynamic-quantisation', message }];
}

function dynamicallyQuantised(graph: OnnxGraph): number {
  return graph.nodes.reduce(
    (sum, node) =>
      sum +
      (DYNAMICALLY_QUANTISED.has(node.opType) ? 1 : 0) +
      nestedGraphs(node).reduce((inner, nested) => inner + dynamicallyQuantised(nested), 0),
    0,
  );
}
