/** Open Inference Protocol v2: `POST /v2/models/alknet/infer`, a tensor of texts in, tensors of scores and decisions out. */

import type { Role, Verdict } from '@alknet/firewall-core';
import type { Handler } from 'hono';
import { z } from 'zod';
import { checkBody, readJson } from '../body.ts';
import { answerProblem } from '../problem.ts';
import { maxItems, role } from '../schemas.ts';
import type { Screener } from '../screener.ts';
import { modelName } from './kserve.ts';
import { type Deadline, statusOf } from './screen.ts';

interface Output {
  readonly datatype: 'FP32' | 'BYTES';
  readonly of: (verdict: Verdict) => number | string;
}

type OutputName = 'score' | 'decision' | 'reason' | 'status';

const outputs: Readonly<Record<OutputName, Output>> = {
  score: { datatype: 'FP32', of: ({ score }) => score },
  decision: { datatype: 'BYTES', of: ({ decision }) => decision },
  reason: { datatype: 'BYTES', of: ({ reason }) => reason },
  status: { datatype: 'BYTES', of: ({ status }) => status },
};
const outputNames = Object.keys(outputs) as OutputName[];

interface TextTensor {
  readonly name: 'text';
  readonly datatype: 'BYTES';
  readonly shape: readonly number[];
  readonly data: readonly string[];
}

export interface InferRequest {
  readonly id?: string;
  readonly parameters?: { readonly role?: Role };
  readonly inputs: readonly [TextTensor];
  readonly outputs?: readonly { readonly name: OutputName }[];
}

const textTensor = z.looseObject({
  name: z.literal('text'),
  datatype: z.literal('BYTES'),
  shape: z.array(z.int().min(1).max(maxItems)).min(1).max(2),
  data: z.array(z.string()).min(1).max(maxItems).describe('As many texts as the shape says.'),
});

export const inferRequest: z.ZodType<InferRequest> = z.looseObject({
  id: z.string().exactOptional(),
  parameters: z.looseObject({ role: role.exactOptional() }).exactOptional(),
  inputs: z.tuple([textTensor]),
  outputs: z
    .array(z.looseObject({ name: z.enum(outputNames) }))
    .min(1)
    .exactOptional(),
});

/** What a client may know of the model. */
export function modelMetadata({ info }: Screener): Record<string, unknown> {
  return {
    name: modelName,
    versions: [info.codebook.sha256.slice(0, 12)],
    platform: 'alknet-firewall',
    inputs: [{ name: 'text', datatype: 'BYTES', shape: [-1] }],
    outputs: outputNames.map((name) => ({ name, datatype: outputs[name].datatype, shape: [-1] })),
  };
}

/** All texts are screened, or the answer is an error: a tensor has no place to say which failed. */
export function inferRoute(firewall: Screener, deadline: Deadline): Handler {
  return async (context) => {
    const json = await readJson(context);
    if (json.refused) return json.refused;
    const body = checkBody(context, inferRequest, json.value);
    if (body.refused) return body.refused;
    const { id, inputs, parameters, outputs: asked } = body.value;
    const [{ shape, data }] = inputs;
    if (shape.reduce((product, size) => product * size, 1) !== data.length) {
      const message = `The shape does not fit the ${data.length} texts`;
      return answerProblem(context, 'body-invalid', [{ path: 'inputs.0.shape', message }]);
    }
    const verdicts: Verdict[] = [];
    const options = deadline(context, parameters);
    for await (const verdict of firewall.screenMany(data, options)) verdicts.push(verdict);
    const failed = verdicts.find(({ status }) => status === 'failed');
    if (failed !== undefined) return context.json({ error: `A screen failed: ${failed.reason}` }, statusOf(failed));
    return context.json({
      model_name: modelName,
      model_version: firewall.info.codebook.sha256.slice(0, 12),
      ...(id !== undefined && { id }),
      outputs: (asked?.map(({ name }) => name) ?? outputNames).map((name) => ({
        name,
        datatype: outputs[name].datatype,
        shape: [verdicts.length],
        data: verdicts.map(outputs[name].of),
      })),
    });
  };
}
