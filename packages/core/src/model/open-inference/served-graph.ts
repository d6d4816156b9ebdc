/** What a server says about a served activation graph: its tensors, and through its configuration which graph it is. */
import { z } from 'zod';

/** A served graph whose tensors are those of an activation graph. */
export interface ServedGraph {
  /** Tapped layers, ascending. */
  readonly layers: readonly number[];
  readonly width: number;
  /** Whether the graph takes `pooling`; else it returns every token. */
  readonly pooled: boolean;
}

const tensor = z.looseObject({ name: z.string(), datatype: z.string(), shape: z.array(z.int()) });
const metadataSchema = z.looseObject({ inputs: z.array(tensor), outputs: z.array(tensor) });
type Tensor = z.infer<typeof tensor>;

const inputTypes: Readonly<Record<string, string>> = { input_ids: 'INT64', attention_mask: 'INT64', pooling: 'FP32' };

/**
 * Reads a model's metadata (`GET v2/models/NAME`).
 *
 * @returns the graph, or what makes it no activation graph, in words
 */
export function readMetadata(json: unknown): ServedGraph | string {
  const parsed = metadataSchema.safeParse(json);
  if (!parsed.success) return 'The server does not describe its inputs and outputs';
  const { inputs, outputs } = parsed.data;
  for (const input of inputs) {
    const type = Object.hasOwn(inputTypes, input.name) ? inputTypes[input.name] : undefined;
    if (type === undefined) return `It wants an input ${JSON.stringify(input.name.slice(0, 64))}`;
    if (input.datatype !== type || !isOpen(input.shape, 2)) return `Its ${input.name} is not ${type} [any, any]`;
  }
  const has = (name: string): boolean => inputs.some((input) => input.name === name);
  if (!has('input_ids') || !has('attention_mask')) return 'It lacks input_ids or attention_mask';

  const hidden = outputs.filter(({ name }) => /^hidden_\d+$/.test(name));
  const width = hidden[0]?.shape[2] ?? 0;
  if (width < 1) return 'It has no output hidden_K [any, any, width]';
  const odd = hidden.find(({ datatype, shape }: Tensor) => datatype !== 'FP32' || !isOpen(shape, 3, width));
  if (odd !== undefined) return `Its ${odd.name} is not FP32 [any, any, ${width}]`;
  const layers = hidden.map(({ name }) => Number(name.slice('hidden_'.length))).sort((a, b) => a - b);
  return { layers, width, pooled: has('pooling') };
}

/** Batch may be fixed to one, tokens and segments may not be fixed. */
function isOpen([batch, tokens, ...rest]: readonly number[], rank: number, width?: number): boolean {
  return (batch === -1 || batch === 1) && tokens === -1 && rest.length === rank - 2 && rest[0] === width;
}

const configSchema = z.looseObject({
  parameters: z.looseObject({
    graph_sha256: z.looseObject({ string_value: z.string().regex(/^[0-9a-f]{64}$/) }).optional(),
    max_tokens: z.looseObject({ string_value: z.string().regex(/^[1-9]\d{0,8}$/) }).optional(),
  }),
});

/** The parameters of a Triton model configuration (`GET v2/models/NAME/config`) as `alknet-model-export triton` writes them. */
export function readParameters(json: unknown): { graphSha256?: string; maxTokens?: number } {
  const { graph_sha256: sha256, max_tokens: tokens } = configSchema.safeParse(json).data?.parameters ?? {};
  return {
    ...(sha256 === undefined ? {} : { graphSha256: sha256.string_value }),
    ...(tokens === undefined ? {} : { maxTokens: Number(tokens.string_value) }),
  };
}
