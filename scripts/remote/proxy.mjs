/** A proxy that counts what passes and can misbehave in front of a real server. */
import { createServer, request } from 'node:http';

/** @param {string} target URL of the server */
export async function startProxy(target) {
  const seen = { requests: 0, sockets: 0, most: 0, headers: [], infers: 0 };
  /** `refuse`: answers whether a request gets a 400 instead; `cut`: whether its socket is closed instead. */
  const faults = { refuse: () => false, cut: () => false };
  let now = 0;
  const server = createServer((incoming, outgoing) => {
    seen.requests++;
    seen.headers.push(incoming.headers);
    if (incoming.url.endsWith('/infer')) seen.infers++;
    if (faults.cut(incoming, seen)) return incoming.socket.destroy();
    if (faults.refuse(incoming))
      return incoming.resume().on('end', () => outgoing.writeHead(400).end('{"error":"no"}'));
    now++;
    seen.most = Math.max(seen.most, now);
    outgoing.on('close', () => now--);
    const { method, url, headers } = incoming;
    const forwarded = request(`${target}${url}`, { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode, answer.headers);
      answer.pipe(outgoing);
    });
    forwarded.on('error', () => outgoing.destroy());
    outgoing.on('close', () => forwarded.destroy());
    incoming.pipe(forwarded);
  });
  server.on('connection', () => seen.sockets++);
  await new Promise((wake) => server.listen(0, '127.0.0.1', wake));
  const stop = () => {
    server.closeAllConnections();
    return new Promise((wake) => server.close(wake));
  };
  return { url: `http://127.0.0.1:${server.address().port}`, seen, faults, stop };
}
