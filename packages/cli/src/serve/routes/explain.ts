/** What the playground asks for: `POST /v1/explain` and `GET /v1/calibration`. */

import { headOf, roles } from '@alknet/firewall-core';
import type { Handler } from 'hono';
import { checkBody, readJson } from '../body.ts';
import { type Calibration, inputRequest } from '../schemas.ts';
import type { Screener } from '../screener.ts';
import { type Deadline, statusOf } from './screen.ts';

/** One text: the verdict, and every view of it with every segment. The answer holds decoded text, so nothing may keep it. */
export function explainRoute(firewall: Screener, deadline: Deadline): Handler {
  return async (context) => {
    const json = await readJson(context);
    if (json.refused) return json.refused;
    const body = checkBody(context, inputRequest, json.value);
    if (body.refused) return body.refused;
    const { input, options } = body.value;
    const explanation = await firewall.explain(input, deadline(context, options));
    const status = statusOf(explanation.verdict);
    return context.json(explanation, status, {
      'cache-control': 'no-store',
      ...(status === 503 && { 'retry-after': '1' }),
    });
  };
}

/** How scores come about, and what thresholds do to held-out texts, by head. */
export function calibrationRoute({ info, config }: Screener): Handler {
  const { name, prior, heads } = info.codebook;
  const of = (head: 'prompt' | 'data') => ({ ...heads[head], roles: roles.filter((role) => headOf[role] === head) });
  const answer: Calibration = {
    codebook: name,
    prior,
    preset: config.preset,
    heads: { prompt: of('prompt'), data: of('data') },
  };
  return (context) => context.json(answer);
}
