/**
 * alknet-firewall as guardrails of the OpenAI Agents SDK.
 *
 * @module
 */
export type { Finding, Screener } from '@alknet/firewall-adapter-kit';
export * from './guardrails.ts';
