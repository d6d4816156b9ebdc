/** Reads a request's JSON body and checks it against a schema. */

import type { Context } from 'hono';
import type { z } from 'zod';
import { answerProblem } from './problem.ts';

/** The body, or the answer that says what is wrong with it. */
export type Body<T> = { readonly value: T; readonly refused?: never } | { readonly refused: Response };

/** Most mistakes that are listed. */
const maxErrors = 10;

/** The body as JSON; nothing of what V8 says of a syntax error, which quotes it. */
export async function readJson(context: Context): Promise<Body<unknown>> {
  const type = context.req.header('content-type') ?? '';
  if (!/^application\/json *(;|$)/i.test(type)) return { refused: answerProblem(context, 'content-type') };
  try {
    return { value: await context.req.json() };
  } catch {
    return { refused: answerProblem(context, 'body-not-json') };
  }
}

/** Checks what {@link readJson} read. */
export function checkBody<T>(context: Context, schema: z.ZodType<T>, value: unknown): Body<T> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return { value: parsed.data };
  const errors = parsed.error.issues
    .slice(0, maxErrors)
    .map(({ path, message }) => ({ path: path.join('.'), message }));
  return { refused: answerProblem(context, 'body-invalid', errors) };
}
