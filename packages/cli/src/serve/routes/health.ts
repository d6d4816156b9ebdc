/** Whether the process lives, and whether it can screen: probes of Kubernetes, KServe and load balancers. */

import type { Screener } from '../screener.ts';

/** What a probe screens, and how long it may take. */
const probe = 'What is the capital of Portugal?';
const probeTimeoutMs = 10_000;

/** Whether the server can screen. */
export type Readiness = () => Promise<boolean>;

/** One real screen for all who ask at the same time; never while the server drains. */
export function createReadiness(firewall: Screener, isDraining: () => boolean): Readiness {
  let underWay: Promise<boolean> | undefined;
  const screen = async (): Promise<boolean> => {
    try {
      // Not screen(), which may know the probe from before and answer without the model.
      const { verdict } = await firewall.explain(probe, { timeoutMs: probeTimeoutMs });
      return verdict.status === 'ok';
    } catch {
      return false;
    } finally {
      underWay = undefined;
    }
  };
  return async () => {
    if (isDraining()) return false;
    underWay ??= screen();
    return underWay;
  };
}
