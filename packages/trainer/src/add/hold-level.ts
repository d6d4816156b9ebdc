/** Keeps the false alarm rate where it was: what was added lifts ordinary texts a little, and the bias takes that off again. */
import type { Head } from '@alknet/firewall-core';
import { calibratedLogitOf, type Example } from './example.ts';

/** Shares of harmless texts whose log-odds must not rise: thresholds lie there, so the mean of all texts says little. */
const held = [0.02, 0.05];

/** Log-odds below which a rise is left alone. */
const small = 0.01;

/** How far the upper end of the harmless texts rose from one head to the other, in calibrated log-odds. */
export function riseOf(before: Head, after: Head, harmless: readonly Example[]): number {
  if (harmless.length === 0) return 0;
  const [old, now] = [before, after].map((head) =>
    harmless.map((text) => calibratedLogitOf(head, text)).sort((a, b) => b - a),
  ) as [number[], number[]];
  const rises = held.map((share) => {
    const rank = Math.round(share * (harmless.length - 1));
    return (now[rank] as number) - (old[rank] as number);
  });
  return Math.max(...rises);
}

/** `after` with its bias lowered until the upper end of the harmless texts is where `before` had it. It is never raised. */
export function holdLevel(before: Head, after: Head, harmless: readonly Example[]): Head {
  const rise = riseOf(before, after, harmless);
  return rise <= small ? after : { ...after, bias: after.bias - rise / after.calibration.slope };
}
