/** An inspection as lines of text, in the columns of `alknet-model-export inspect`. */
import type { Inspection } from './inspect.ts';
import { quoted } from './refusal.ts';

/** Names listed in full; more are counted. */
const MAX_LISTED = 6;

/** One line for each residual, then what a tap would leave out, the warnings and the reason of a refusal. */
export function describeInspection({ stream, layers, pruned, refusal, warnings }: Inspection): string {
  const lines = [`layers      ${layers}`];
  if (stream !== undefined) {
    lines.push(
      `additions   ${stream.hops} (A attention, m feed-forward)`,
      `vocabulary  ${stream.vocabulary ?? 'unknown'}`,
    );
    for (const { layer, tensor, operator, node, output } of stream.residuals) {
      const name = tensor === null ? `unnamed output ${output}` : quoted(tensor);
      lines.push(`residual    ${layer} ${name} of ${operator} ${quoted(node)}`);
    }
  }
  if (pruned !== undefined) {
    lines.push(
      `pruned      nodes ${pruned.nodesBefore} -> ${pruned.nodesAfter}`,
      `pruned      inputs ${listed(pruned.inputs)}`,
      `pruned      outputs ${listed(pruned.outputs)}`,
      `pruned      constants ${listed(pruned.constants)}`,
    );
  }
  for (const { code, message } of warnings) lines.push(`warning     ${code}: ${message}`);
  if (refusal !== undefined) lines.push(`refused     ${refusal.what}`, `            ${refusal.todo}`);
  return lines.join('\n');
}

function listed(names: readonly string[]): string {
  if (names.length === 0) return 'none';
  const shown = names.slice(0, MAX_LISTED).map(quoted).join(', ');
  return names.length > MAX_LISTED ? `${shown} and ${names.length - MAX_LISTED} more` : shown;
}
