/** The server's own API: `POST /v1/screen` and `/v1/screen/batch`. */

import type { ScreenOptions, Verdict } from '@alknet/firewall-core';
import type { Context, Handler } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { checkBody, readJson } from '../body.ts';
import { type AskedOptions, batchRequest, inputRequest, messagesRequest } from '../schemas.ts';
import type { Screener } from '../screener.ts';

/** Turns what a client asks for into options of `screen()`. */
export type Deadline = (context: Context, asked?: AskedOptions) => ScreenOptions;

/**
 * Every screen ends: when the client, the configuration or the server says, whichever is first, and when the client hangs
 * up.
 */
export function createDeadline(firewall: Screener, serverMs: number): Deadline {
  return (context, { role, timeoutMs } = {}) => ({
    ...(role && { role }),
    timeoutMs: shortest(timeoutMs, firewall.config.timeoutMs, serverMs),
    signal: context.req.raw.signal,
  });
}

/** The same for a mount, which does not know of deadlines. */
export function withDeadline(firewall: Screener, serverMs: number): Pick<Screener, 'screen'> {
  const timeoutMs = shortest(firewall.config.timeoutMs, serverMs);
  return { screen: (text, options) => firewall.screen(text, { timeoutMs, ...options }) };
}

/** 0 is no limit. */
function shortest(...limits: (number | undefined)[]): number {
  const set = limits.filter((limit) => limit !== undefined && limit > 0) as number[];
  return set.length > 0 ? Math.min(...set) : 0;
}

/** One text or a conversation: the body is always a verdict. */
export function screenRoute(firewall: Screener, deadline: Deadline): Handler {
  return async (context) => {
    const json = await readJson(context);
    if (json.refused) return json.refused;
    const isConversation = typeof json.value === 'object' && json.value !== null && 'messages' in json.value;
    if (isConversation) {
      const body = checkBody(context, messagesRequest, json.value);
      if (body.refused) return body.refused;
      const { messages, options } = body.value;
      return answerVerdict(context, await firewall.screen(messages, deadline(context, options)));
    }
    const body = checkBody(context, inputRequest, json.value);
    if (body.refused) return body.refused;
    const { input, options } = body.value;
    return answerVerdict(context, await firewall.screen(input, deadline(context, options)));
  };
}

/** Many texts: one verdict each, in order; each says itself whether it failed. */
export function batchRoute(firewall: Screener, deadline: Deadline): Handler {
  return async (context) => {
    const json = await readJson(context);
    if (json.refused) return json.refused;
    const body = checkBody(context, batchRequest, json.value);
    if (body.refused) return body.refused;
    const { items, options } = body.value;
    const texts = items.map((item) => (typeof item === 'string' ? item : { ...item, text: item.input }));
    const verdicts: Verdict[] = [];
    for await (const verdict of firewall.screenMany(texts, deadline(context, options))) verdicts.push(verdict);
    return context.json({ verdicts });
  };
}

function answerVerdict(context: Context, verdict: Verdict): Response {
  const status = statusOf(verdict);
  return context.json(verdict, status, status === 503 ? { 'retry-after': '1' } : {});
}

/** A failed screen is no success for a client that looks at the status alone, whatever `onError` decided. */
export function statusOf({ status, reason }: Verdict): ContentfulStatusCode {
  if (status === 'ok') return 200;
  if (reason === 'timeout') return 504;
  return reason === 'queue-full' || reason === 'aborted' ? 503 : 500;
}
