/** Bounded concurrency: work waits, in order, until one of so many slots is free. */

/** Runs work when its turn comes. */
export type Slots = <T>(work: () => Promise<T>) => Promise<T>;

/** At most `count` pieces of work under way. */
export function slots(count: number): Slots {
  const waiting: (() => void)[] = [];
  let free = count;
  return async (work) => {
    if (free > 0) free--;
    else await new Promise<void>((wake) => waiting.push(wake));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) free++;
      else next();
    }
  };
}
