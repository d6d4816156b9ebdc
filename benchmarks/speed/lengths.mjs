/** Milliseconds of `screen()` over the length of the text. */
import { median, quantile } from './statistics.mjs';

/**
 * Rounds over all lengths, so that a disturbance of the machine falls on all of them alike.
 *
 * @param plan [tokens, repetitions] for each length
 * @returns tokens, repetitions, median, p95 and fastest in ms (the last hardly feels other work on the machine), tokens per
 * second by the median
 */
export async function measureLengths(firewall, text, plan) {
  const times = new Map(plan.map(([tokens]) => [tokens, []]));
  for (const [tokens] of plan) for (let i = 0; i < 3 && tokens <= 2000; i++) await firewall.screen(text(tokens));
  const rounds = Math.max(...plan.map(([, repetitions]) => repetitions));
  for (let round = 0; round < rounds; round++) {
    for (const [tokens, repetitions] of plan) {
      if (round >= repetitions) continue;
      const next = text(tokens);
      const started = performance.now();
      await firewall.screen(next);
      times.get(tokens).push(performance.now() - started);
    }
  }
  return plan.map(([tokens, repetitions]) => {
    const middle = median(times.get(tokens));
    return {
      tokens,
      repetitions,
      medianMs: middle,
      p95Ms: quantile(times.get(tokens), 0.95),
      fastestMs: Math.min(...times.get(tokens)),
      tokensPerSecond: (tokens / middle) * 1000,
    };
  });
}
