/** A chat endpoint: what a user writes is screened before the model sees it. `npm start`, then POST /chat {"message"}. */
import { pathToFileURL } from 'node:url';
import { Firewall } from '@alknet/firewall-core';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';

/**
 * @param {Firewall} firewall
 * @param {(message: string) => Promise<string>} model answers a message
 */
export function chatApp(firewall, model) {
  return new Hono().post('/chat', async (context) => {
    const { message } = await context.req.json();
    const verdict = await firewall.screen(message, { role: 'user' });
    // A firewall that broke is not an attack: say so, and let the client try again.
    if (verdict.status === 'failed') return context.json({ error: 'unavailable' }, 503);
    if (verdict.decision === 'block') return context.json({ error: 'blocked', reason: verdict.reason }, 422);
    if (verdict.decision === 'flag') console.warn('flagged', verdict.score, verdict.kind);
    return context.json({ answer: await model(message) });
  });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const echo = async (message) => `You said ${message.length} characters.`;
  serve({ fetch: chatApp(await Firewall.load(), echo).fetch, hostname: '127.0.0.1', port: 3000 }, ({ port }) =>
    console.log(`http://127.0.0.1:${port}/chat`),
  );
}
