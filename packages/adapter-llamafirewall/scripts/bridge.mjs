/** `node bridge.mjs MODULE EXPORT`: serves an adapter's handler alone, with the real firewall, as a user's own server would. */
import { createServer } from 'node:http';
import { Readable } from 'node:stream';
import { Firewall } from '@alknet/firewall-core';

const [module, name] = process.argv.slice(2);
const handler = (await import(module))[name](await Firewall.load());

const server = createServer(async (incoming, outgoing) => {
  const hasBody = incoming.method !== 'GET' && incoming.method !== 'HEAD';
  const request = new Request(`http://127.0.0.1${incoming.url}`, {
    ...{ method: incoming.method, headers: incoming.headers },
    ...(hasBody && { body: Readable.toWeb(incoming), duplex: 'half' }),
  });
  const response = await handler(request);
  outgoing.writeHead(response.status, Object.fromEntries(response.headers)).end(await response.text());
});
server.listen(0, '127.0.0.1', () => console.log(`Listening on http://127.0.0.1:${server.address().port}`));
