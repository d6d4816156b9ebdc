/** What the server answers where it cannot do what was asked: RFC 9457 problem details, which never quote the text. */

import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';

/** Codes are stable: clients may switch on them. */
export type ProblemCode =
  | 'body-invalid'
  | 'body-not-json'
  | 'body-too-large'
  | 'content-type'
  | 'internal'
  | 'method-not-allowed'
  | 'not-found'
  | 'too-many-requests'
  | 'unauthorized';

/** The members of a problem document. */
export interface Problem {
  readonly status: ContentfulStatusCode;
  readonly code: ProblemCode;
  readonly detail: string;
  /** For `body-invalid`: where in the body, and what is wrong there. */
  readonly errors?: readonly { readonly path: string; readonly message: string }[];
}

const problems: Readonly<Record<ProblemCode, readonly [status: ContentfulStatusCode, detail: string]>> = {
  'body-invalid': [400, 'The body is JSON, but not what this route takes; see errors.'],
  'body-not-json': [400, 'The body is not JSON.'],
  'body-too-large': [413, 'The body is larger than the server takes (--max-body).'],
  'content-type': [415, 'Send the body as application/json.'],
  internal: [500, 'Something broke in the server. The text was not screened: do not let it pass.'],
  'method-not-allowed': [405, 'This route takes another method; see the header Allow.'],
  'not-found': [404, 'There is no such route; see /openapi.json.'],
  'too-many-requests': [503, 'As many requests as the server takes are under way (--max-requests). Try again.'],
  unauthorized: [401, 'Send the token of the server as `Authorization: Bearer <token>`.'],
};

/** The problem of a code. */
export function problemOf(code: ProblemCode, errors?: Problem['errors']): Problem {
  const [status, detail] = problems[code];
  return { status, code, detail, ...(errors && { errors }) };
}

/** Answers a request that is not let through. */
export type Refuse = (context: Context) => Response;

/** Answers with a problem. */
export function answerProblem(context: Context, code: ProblemCode, errors?: Problem['errors']): Response {
  const problem = problemOf(code, errors);
  return context.json(problem, problem.status, { 'content-type': 'application/problem+json' });
}
