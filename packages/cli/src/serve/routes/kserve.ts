/** KServe v1: `POST /v1/models/alknet:predict {"instances": [text]}`. */

import type { ScreenItem, Verdict } from '@alknet/firewall-core';
import type { Handler } from 'hono';
import { z } from 'zod';
import { checkBody, readJson } from '../body.ts';
import { maxItems, role } from '../schemas.ts';
import type { Screener } from '../screener.ts';
import { type Deadline, statusOf } from './screen.ts';

/** The name that our own verdicts are served under, here and in the Open Inference Protocol. */
export const modelName = 'alknet';

export interface PredictRequest {
  readonly instances: readonly (string | ScreenItem)[];
}

const instance = z.union([z.string(), z.strictObject({ text: z.string(), role: role.exactOptional() })]);

export const predictRequest: z.ZodType<PredictRequest> = z.looseObject({
  instances: z.array(instance).min(1).max(maxItems),
});

/** One prediction an instance; where any screen failed the status is not 200, so that a client cannot mistake it. */
export function predictRoute(firewall: Screener, deadline: Deadline): Handler {
  return async (context) => {
    const json = await readJson(context);
    if (json.refused) return json.refused;
    const body = checkBody(context, predictRequest, json.value);
    if (body.refused) return body.refused;
    const verdicts: Verdict[] = [];
    for await (const verdict of firewall.screenMany(body.value.instances, deadline(context))) verdicts.push(verdict);
    const predictions = verdicts.map(({ decision, score, reason, status }) => ({ decision, score, reason, status }));
    const failed = verdicts.find(({ status }) => status === 'failed');
    if (failed === undefined) return context.json({ predictions });
    return context.json({ error: `A screen failed: ${failed.reason}`, predictions }, statusOf(failed));
  };
}
