/** The server as a fetch handler: who may ask, how much, and which route answers. */

import { type Context, Hono } from 'hono';
import type { Registry } from 'prom-client';
import { bearerToken } from './auth.ts';
import { limitBody, limitRequests, type RequestCount } from './limits.ts';
import { createMetrics } from './metrics.ts';
import { mounts as allMounts, type Mount } from './mounts.ts';
import { openApiDocument } from './openapi.ts';
import { playgroundRoutes } from './playground.ts';
import { answerProblem, type ProblemCode, type Refuse } from './problem.ts';
import { calibrationRoute, explainRoute } from './routes/explain.ts';
import { createReadiness } from './routes/health.ts';
import { modelName, predictRoute } from './routes/kserve.ts';
import { inferRoute, modelMetadata } from './routes/open-inference.ts';
import { batchRoute, createDeadline, screenRoute, withDeadline } from './routes/screen.ts';
import type { Screener } from './screener.ts';

/** Settings of the routes. */
export interface AppOptions {
  /** Without one, who can connect may ask. */
  readonly token?: string | undefined;
  /** Requests under way at a time. */
  readonly maxRequests: number;
  /** Bytes of a body. */
  readonly maxBody: number;
  /** Milliseconds that any screen may take; 0 is no limit. */
  readonly timeoutMs: number;
  readonly version: string;
  readonly mounts?: readonly Mount[];
  /** Folder of the built page that answers at `/`, to anybody: it holds no secret, and asks with the user's token. */
  readonly playground?: string;
  /** Where `GET /metrics` gets its text, given this process's own metrics. */
  readonly metricsText?: (registry: Registry) => () => Promise<string>;
}

/** What the server shares with its shutdown. */
export interface AppState {
  readonly requests: RequestCount;
  draining: boolean;
}

/** Builds the routes over a firewall. */
export function createApp(firewall: Screener, options: AppOptions, state: AppState): Hono {
  const { token, maxRequests, maxBody, timeoutMs, version, mounts = allMounts } = options;
  const metrics = createMetrics(state.requests);
  const counted = metrics.counted(firewall);
  const ready = createReadiness(firewall, () => state.draining);
  const deadline = createDeadline(firewall, timeoutMs);
  const metricsText = options.metricsText?.(metrics.registry) ?? (() => metrics.registry.metrics());
  const refuse = refusals(mounts);
  const app = new Hono();

  app.use(metrics.requests, async (context, next) => {
    await next();
    if (state.draining) context.header('connection', 'close');
  });
  const live = (context: Context) => context.json({ live: true });
  const readiness = async (context: Context) => {
    const isReady = await ready();
    return context.json({ ready: isReady }, isReady ? 200 : 503);
  };
  app.get('/health/live', live).get('/v2/health/live', live);
  app.get('/health/ready', readiness).get('/v2/health/ready', readiness);

  if (options.playground !== undefined) app.route('/', playgroundRoutes(options.playground));

  if (token !== undefined) app.use(bearerToken(token, refuse('unauthorized')));
  app.get('/metrics', async (context) => {
    return context.body(await metricsText(), 200, { 'content-type': metrics.registry.contentType });
  });
  const document = openApiDocument(version, token !== undefined);
  app.get('/openapi.json', (context) => context.json(document));
  app.get('/v1/calibration', calibrationRoute(firewall));
  app.get(`/v1/models/${modelName}`, (context) => context.json({ name: modelName, ready: true }));
  app.get('/v2', (context) => context.json({ name: 'alknet-firewall', version, extensions: [] }));
  app.get(`/v2/models/${modelName}`, (context) => context.json(modelMetadata(firewall)));
  app.get(`/v2/models/${modelName}/ready`, readiness);

  app.use(
    limitRequests(state.requests, maxRequests, refuse('too-many-requests')),
    limitBody(maxBody, refuse('body-too-large')),
  );
  app.post('/v1/screen', screenRoute(counted, deadline));
  app.post('/v1/screen/batch', batchRoute(counted, deadline));
  app.post('/v1/explain', explainRoute(counted, deadline));
  app.post(`/v1/models/${modelName}:predict`, predictRoute(counted, deadline));
  app.post(`/v2/models/${modelName}/infer`, inferRoute(counted, deadline));
  for (const { path, handler } of mounts) {
    const answer = handler(withDeadline(counted, timeoutMs));
    app.all(path, ({ req }) => answer(req.raw));
  }
  refuseOtherMethods(app);
  app.notFound((context) => answerProblem(context, 'not-found'));
  // What was thrown may quote the text: it is not shown.
  app.onError((_, context) => refuse('internal')(context));
  return app;
}

/** The server's own refusals, in the language of the mount that was asked. */
function refusals(mounts: readonly Mount[]): (code: ProblemCode) => Refuse {
  const speakers = mounts.flatMap(({ path, refusal }) => (refusal ? [{ path, refusal }] : []));
  const speaks = (path: string, asked: string): boolean =>
    path.endsWith('/*') ? asked.startsWith(path.slice(0, -1)) : asked === path;
  return (code) => (context) => {
    const speaker = speakers.find(({ path }) => speaks(path, context.req.path));
    return speaker?.refusal(context.req.raw) ?? answerProblem(context, code);
  };
}

/** 405 with `Allow` for a known path; Hono itself would say 404. */
function refuseOtherMethods(app: Hono): void {
  const allowed = new Map<string, string[]>();
  for (const { path, method } of app.routes) {
    if (method === 'ALL') continue;
    allowed.set(path, [...(allowed.get(path) ?? []), method]);
  }
  for (const [path, methods] of allowed) {
    app.all(path, (context) => {
      context.header('allow', methods.join(', '));
      return answerProblem(context, 'method-not-allowed');
    });
  }
}
