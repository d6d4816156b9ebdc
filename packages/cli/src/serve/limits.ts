/** What keeps the server's memory bounded: requests under way, and the size of each. */

import type { MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { Refuse } from './problem.ts';

/** Seconds that a refused client should wait. */
const retryAfterS = 1;

/** How many requests are under way; the server drains when it reaches 0. */
export class RequestCount {
  underWay = 0;
}

/** Refuses a request where `most` are under way, before its body is read. */
export function limitRequests(count: RequestCount, most: number, refuse: Refuse): MiddlewareHandler {
  return async (context, next) => {
    if (count.underWay >= most) {
      context.header('retry-after', String(retryAfterS));
      return refuse(context);
    }
    count.underWay++;
    try {
      return await next();
    } finally {
      count.underWay--;
    }
  };
}

/** Refuses a body that is larger, whether its length is announced or not. */
export function limitBody(maxSize: number, refuse: Refuse): MiddlewareHandler {
  return bodyLimit({ maxSize, onError: refuse });
}
