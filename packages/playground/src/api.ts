/** Asks this page's own server. */
import type { Explanation, HeadInfo, HeadName, Preset, Role } from '@alknet/firewall-core';

/** What `GET /v1/calibration` answers. */
export interface Calibration {
  readonly preset: Preset;
  readonly heads: Readonly<Record<HeadName, HeadInfo & { readonly roles: readonly Role[] }>>;
}

/** A refusal of the server. */
export class Refusal extends Error {
  readonly status: number;
  constructor(status: number, detail: string) {
    super(detail);
    this.status = status;
  }
}

/** @throws Refusal with the server's own words */
export function explain(text: string, role: Role, token: string, signal: AbortSignal): Promise<Explanation> {
  const body = JSON.stringify({ input: text, options: { role } });
  return ask('v1/explain', token, { method: 'POST', body, signal, headers: { 'content-type': 'application/json' } });
}

/** @throws Refusal with the server's own words */
export function fetchCalibration(token: string): Promise<Calibration> {
  return ask('v1/calibration', token, {});
}

async function ask<T>(path: string, token: string, init: RequestInit): Promise<T> {
  const authorization = token === '' ? {} : { authorization: `Bearer ${token}` };
  const response = await fetch(path, { ...init, headers: { ...init.headers, ...authorization } });
  const answer = await response.json();
  // A failed screen is an answer too: it says which decision holds.
  if (!response.ok && answer.verdict === undefined) throw new Refusal(response.status, answer.detail);
  return answer;
}
