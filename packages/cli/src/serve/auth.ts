/** Who may ask: a bearer token, and no way to listen to the world without one. */

import { createHash, timingSafeEqual } from 'node:crypto';
import { isIP } from 'node:net';
import { FirewallError } from '@alknet/firewall-core';
import type { MiddlewareHandler } from 'hono';
import type { Refuse } from './problem.ts';

/** Lets through who sends the token. Compared by hash, so that neither its length nor a prefix shows in the time. */
export function bearerToken(token: string, refuse: Refuse): MiddlewareHandler {
  const expected = sha256(token);
  return async (context, next) => {
    const sent = /^Bearer +(\S+) *$/i.exec(context.req.header('authorization') ?? '')?.[1];
    if (sent !== undefined && timingSafeEqual(sha256(sent), expected)) return next();
    context.header('www-authenticate', 'Bearer');
    return refuse(context);
  };
}

/** @throws FirewallError `option-invalid` for an address that other machines reach, without a token */
export function assertMayListen(host: string, token: string | undefined): void {
  if (token !== undefined || isLoopback(host)) return;
  throw new FirewallError('option-invalid', {
    message: `Other machines reach ${host}, and the server has no token`,
    where: '--host',
    hint: 'Set ALKNET_FIREWALL_TOKEN or --token-file, or listen on 127.0.0.1.',
  });
}

/** A name other than `localhost` could resolve to anything. */
function isLoopback(host: string): boolean {
  const address = host.toLowerCase().replace(/^::ffff:/, '');
  return address === 'localhost' || address === '::1' || (isIP(address) === 4 && address.startsWith('127.'));
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
