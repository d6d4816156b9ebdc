/**
 * alknet-firewall as a language model middleware of the Vercel AI SDK.
 *
 * @module
 */
export type { Finding, Screener } from '@alknet/firewall-adapter-kit';
export { alknetMiddleware, type MiddlewareOptions } from './middleware.ts';
