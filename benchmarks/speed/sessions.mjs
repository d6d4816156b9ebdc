/** The same chat traffic and the same long text with several numbers of sessions, in turn. */
import { Firewall } from '@alknet/firewall-core';
import { medians } from './statistics.mjs';

/**
 * @param texts [{ text, tokens }]
 * @param long a text of many windows
 * @param counts values of the setting `sessions`
 * @returns for each: texts per second one after another and through `screenMany()`, milliseconds of the long text, and the
 * longest that it keeps a timer of 1 ms waiting; medians over `passes`
 */
export async function measureSessions(texts, long, counts, passes) {
  const runs = [];
  for (const sessions of counts)
    runs.push({ sessions, firewall: await Firewall.load({ sessions, cache: { entries: 0 } }), seen: [] });
  for (let pass = -1; pass < passes; pass++) {
    for (const { firewall, seen } of runs) {
      // Another ending each time: a text that was seen before could be answered from memory.
      const items = texts.map(({ text }) => `${text} (${pass})`);
      const one = await rate(items, async () => {
        for (const item of items) await firewall.screen(item);
      });
      const many = await rate(items, async () => {
        for await (const _ of firewall.screenMany(items.map((item) => `${item}.`)));
      });
      // The first pass is the warm-up.
      if (pass >= 0) seen.push({ one, many, ...(await interruption(firewall, `${long} (${pass})`)) });
    }
  }
  for (const { firewall } of runs) await firewall.close();
  return runs.map(({ sessions, seen }) => ({ sessions, ...medians(seen) }));
}

async function rate(items, run) {
  const started = performance.now();
  await run();
  return (items.length * 1000) / (performance.now() - started);
}

async function interruption(firewall, text) {
  let longestGapMs = 0;
  let last = performance.now();
  const look = () => {
    longestGapMs = Math.max(longestGapMs, performance.now() - last);
    last = performance.now();
  };
  const timer = setInterval(look, 1);
  const started = last;
  await firewall.screen(text);
  const longMs = performance.now() - started;
  look();
  clearInterval(timer);
  return { longMs, longestGapMs };
}
