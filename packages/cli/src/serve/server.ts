/** Listens, and stops without losing a request. */

import { createServer, type Server } from 'node:http';
import { type AddressInfo, Server as NetServer, type Socket } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { type AppOptions, type AppState, createApp } from './app.ts';
import { assertMayListen } from './auth.ts';
import { RequestCount } from './limits.ts';
import type { Screener } from './screener.ts';

/** Where the server listens, and the settings of its routes. */
export interface ServerOptions extends AppOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Milliseconds that a stop waits for what is under way. */
  readonly stopMs: number;
}

/** A server that listens. */
export interface RunningServer {
  readonly url: string;
  /** Takes no new connection, answers what is under way or still comes in over open ones, then closes. */
  stop(): Promise<void>;
}

/** A client has this long to send its headers and its body. */
const receiveMs = 30_000;

/** Open connections that say nothing for this long while the server stops are closed. */
const idleMs = 1000;

/** @throws FirewallError `option-invalid` when other machines could reach it without a token */
export async function startServer(firewall: Screener, options: ServerOptions): Promise<RunningServer> {
  assertMayListen(options.host, options.token);
  const state: AppState = { requests: new RequestCount(), draining: false };
  const app = createApp(firewall, options, state);
  const server = createAdaptorServer({
    fetch: app.fetch,
    createServer,
    serverOptions: { requestTimeout: receiveMs, headersTimeout: receiveMs },
  }) as Server;
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await listen(server, options);
  const { port } = server.address() as AddressInfo;
  const host = options.host.includes(':') ? `[${options.host}]` : options.host;
  let stopping: Promise<void> | undefined;
  return {
    url: `http://${host}:${port}`,
    stop() {
      state.draining = true;
      stopping ??= drain(server, sockets, state, options.stopMs);
      return stopping;
    },
  };
}

function listen(server: Server, { host, port }: ServerOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

/**
 * http.Server.close() would cut idle connections at once, over which a request may be on its way: so the listening socket
 * is closed as net.Server does, every answer says `Connection: close`, and only silent connections are cut.
 */
async function drain(
  server: Server,
  sockets: ReadonlySet<Socket>,
  { requests }: AppState,
  stopMs: number,
): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    NetServer.prototype.close.call(server, () => resolve());
  });
  const quiet = setInterval(() => {
    if (requests.underWay > 0) return;
    server.closeIdleConnections();
    // Connections that never sent a byte are not idle to Node.
    for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy();
  }, idleMs);
  const late = setTimeout(() => server.closeAllConnections(), stopMs);
  await closed;
  clearInterval(quiet);
  clearTimeout(late);
}
