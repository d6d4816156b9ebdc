/** What is not wrong with a tapped model, but must be known before its values are trusted. */
import type { OnnxGraph } from '../onnx/model.ts';
import { nestedGraphs } from './graph-names.ts';
import { DYNAMICALLY_QUANTISED } from './operators.ts';

/** A property of a tapped model that its user should know. */
export interface SurgeryWarning {
  readonly code: 'dynamic-quantisation' | 'single-text-batches';
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

/** ONNX Runtime's GroupQueryAttention takes several new tokens behind a past for one text only (1.30). */
export function sinkWarnings(graph: OnnxGraph): SurgeryWarning[] {
  if (!graph.nodes.some((node) => node.opType === 'GroupQueryAttention')) return [];
  const message =
    'with a baked sink GroupQueryAttention reads one text a run; the firewall does so, a batch of several texts fails.';
  return [{ code: 'single-text-batches', message }];
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
