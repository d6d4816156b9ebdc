/** The SDK's four hooks: what each gets becomes parts, and what the firewall says of them becomes the SDK's answer. */
import { type Guard, guard, type Part, type Screener } from '@alknet/firewall-adapter-kit';
import type { Role } from '@alknet/firewall-core';
import type * as sdk from '@openai/agents';
import { inputParts, parts } from './parts.ts';

/** Tell the model and go on, or end the run. */
export type ToolBehavior = 'rejectContent' | 'throwException';

const name = 'alknet-firewall';

/**
 * Screens what an agent is given, with the history of its session: messages by their role, tool results as a tool's.
 *
 * @example
 * ```ts
 * const agent = new Agent({ name: 'Support', inputGuardrails: [alknetInputGuardrail(await Firewall.load())] });
 * ```
 */
export function alknetInputGuardrail(firewall: Screener): sdk.InputGuardrail {
  const find = guard(firewall);
  // In parallel, which is the SDK's default, the model and its tools have started before the verdict is there.
  return { name, runInParallel: false, execute: ({ input }) => trip(find, inputParts(input)) };
}

/**
 * Screens what an agent answers, for answers that go into another model.
 *
 * @example
 * ```ts
 * const agent = new Agent({ name: 'Researcher', outputGuardrails: [alknetOutputGuardrail(firewall)] });
 * ```
 */
export function alknetOutputGuardrail<T extends sdk.AgentOutputType>(firewall: Screener): sdk.OutputGuardrail<T> {
  const find = guard(firewall, { flagOnly: 'block' });
  return { name, execute: ({ agentOutput }) => trip(find, parts(agentOutput, 'assistant', 'output')) };
}

/**
 * Screens the arguments that a model calls a tool with, before the tool runs.
 *
 * @param mode for an attack, default `rejectContent`; where the firewall fails the run always ends
 * @example
 * ```ts
 * tool({ name: 'send_mail', inputGuardrails: [alknetToolInputGuardrail(firewall)], parameters, execute });
 * ```
 */
export function alknetToolInputGuardrail(firewall: Screener, mode?: ToolBehavior): sdk.ToolInputGuardrailDefinition {
  const screen = screenTool(firewall, 'assistant', 'arguments', mode);
  return { type: 'tool_input', name, run: ({ toolCall }) => screen(toolCall.arguments) };
}

/**
 * Screens what a tool returns, before the model sees it.
 *
 * @param mode for an attack, default `rejectContent`; where the firewall fails the run always ends
 * @example
 * ```ts
 * tool({ name: 'read_mail', outputGuardrails: [alknetToolOutputGuardrail(firewall)], parameters, execute });
 * ```
 */
export function alknetToolOutputGuardrail(firewall: Screener, mode?: ToolBehavior): sdk.ToolOutputGuardrailDefinition {
  const screen = screenTool(firewall, 'tool', 'output', mode);
  return { type: 'tool_output', name, run: ({ output }) => screen(output) };
}

function screenTool(firewall: Screener, role: Role, where: string, behavior: ToolBehavior = 'rejectContent') {
  const find = guard(firewall, { flagOnly: 'block' });
  const message = `${name} rejected the ${where} of this tool call: possible prompt injection.`;
  return async (value: unknown): Promise<sdk.ToolGuardrailFunctionOutput> => {
    const outputInfo = await find(parts(value, role, where));
    return { behavior: { type: outputInfo.attack ? behavior : 'allow', message }, outputInfo };
  };
}

async function trip(find: Guard, found: readonly Part[]): Promise<sdk.GuardrailFunctionOutput> {
  const outputInfo = await find(found);
  return { tripwireTriggered: outputInfo.attack, outputInfo };
}
