/** A NeMo rail's request -> `firewall.screen()` -> a reply. NIM's rail lets pass what is not answered 200, so all is. */
import type { Firewall, Role } from '@alknet/firewall-core';
import { readContent } from './content.ts';
import { classify, fms, kserve } from './replies.ts';

/** The ends of the paths that NeMo's detectors ask, and where each puts its texts. */
const rails = [
  { path: /\/(?:classify|model|heuristics)$/, texts: (body: Body) => [body.input ?? body.prompt], reply: classify },
  { path: /\/v1\/models\/([^/]+):predict$/, texts: (body: Body) => body.instances as unknown[], reply: kserve },
  { path: /\/api\/v1\/text\/contents$/, texts: (body: Body) => body.contents as unknown[], reply: fms },
];
type Body = { readonly model?: string; readonly [field: string]: unknown };

/**
 * Answers the detectors of NeMo Guardrails (NIM, jailbreak server, KServe, vLLM, FMS) under any prefix. NeMo sends no role but
 * the configured model's name: `alknet` reads a user's words, `alknet-tool` a tool's output, and so on.
 *
 * @example `const answer = nemoRoutes(await Firewall.load()); app.post('/nemo/*', (context) => answer(context.req.raw));`
 */
export function nemoRoutes(firewall: Pick<Firewall, 'screen'>): (request: Request) => Promise<Response> {
  return async (request) => {
    const { pathname } = new URL(request.url);
    const rail = rails.find(({ path }) => path.test(pathname));
    if (rail === undefined) return nemoBlock(request); // a 404 to a mistyped path would let every message pass
    try {
      const body = (await request.json()) as Body;
      const model = rail.path.exec(pathname)?.[1] ?? body.model ?? 'alknet';
      const role = (model === 'alknet' ? 'user' : model.replace('alknet-', '')) as Role; // screen() refuses a foreign one
      const contents = rail.texts(body).map(readContent);
      const options = { role, signal: AbortSignal.timeout(20_000) }; // after 30 s NIM's rail lets pass
      const verdicts = await Promise.all(contents.map(({ text }) => firewall.screen(text, options)));
      if (verdicts.length === 0) return nemoBlock(request);
      return Response.json(rail.reply(verdicts.map((verdict, at) => ({ ...verdict, ...contents[at] }))));
    } catch {
      return nemoBlock(request);
    }
  };
}

/**
 * The reply that makes the asking rail block; for a server's own refusals (too large, too busy, a wrong token) too.
 *
 * @example `app.use('/classify', bodyLimit({ maxSize, onError: (context) => nemoBlock(context.req.raw) }));`
 */
export function nemoBlock(request: Request): Response {
  const { reply } = rails.find(({ path }) => path.test(new URL(request.url).pathname)) ?? rails[0];
  return Response.json(reply([{ decision: 'block', status: 'failed', reason: 'error', score: 1, unscreened: [] }]));
}
