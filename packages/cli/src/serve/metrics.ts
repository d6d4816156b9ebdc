/** What Prometheus sees: how many, how long, what was decided and what failed; never a text. */

import type { Verdict } from '@alknet/firewall-core';
import type { MiddlewareHandler } from 'hono';
import { routePath } from 'hono/route';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { RequestCount } from './limits.ts';
import type { Screener } from './screener.ts';

/** Upper ends of the latency buckets, in seconds. */
const buckets = [0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30];

/** The server's metrics. `text` is asked for by `GET /metrics`. */
export interface Metrics {
  readonly registry: Registry;
  /** Counts each screen of a firewall, whichever route asked for it. */
  counted(firewall: Screener): Screener;
  /** Counts each request under its route's pattern, so that a path cannot make a new series. */
  readonly requests: MiddlewareHandler;
}

/** Metrics in a registry of their own. */
export function createMetrics(count: RequestCount): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const screens = new Counter({
    name: 'alknet_screens_total',
    help: 'Texts screened, by what was decided and why.',
    labelNames: ['role', 'decision', 'reason', 'status'],
    registers,
  });
  const seconds = new Histogram({
    name: 'alknet_screen_seconds',
    help: 'Seconds from asking for a screen to its verdict, waiting included.',
    labelNames: ['role'],
    buckets,
    registers,
  });
  const failures = new Counter({
    name: 'alknet_screen_failures_total',
    help: 'Screens that failed, by code.',
    labelNames: ['code'],
    registers,
  });
  const answered = new Counter({
    name: 'alknet_http_requests_total',
    help: 'Requests answered.',
    labelNames: ['route', 'method', 'status'],
    registers,
  });
  new Gauge({
    name: 'alknet_http_requests_under_way',
    help: 'Requests that are waited for: the queue and what is being read.',
    registers,
    collect() {
      this.set(count.underWay);
    },
  });
  const observe = (verdict: Verdict): Verdict => {
    const { role, decision, reason, status, error, timing } = verdict;
    screens.inc({ role, decision, reason, status });
    seconds.observe({ role }, timing.total / 1000);
    if (status === 'failed') failures.inc({ code: error?.code ?? reason });
    return verdict;
  };
  return {
    registry,
    counted: (firewall) => ({
      config: firewall.config,
      info: firewall.info,
      screen: async (input, options) => observe(await firewall.screen(input, options)),
      async explain(text, options) {
        const explanation = await firewall.explain(text, options);
        observe(explanation.verdict);
        return explanation;
      },
      async *screenMany(items, options) {
        for await (const verdict of firewall.screenMany(items, options)) yield observe(verdict);
      },
    }),
    requests: async (context, next) => {
      await next();
      const { method } = context.req;
      answered.inc({ route: routePath(context, -1), method, status: String(context.res.status) });
    },
  };
}
