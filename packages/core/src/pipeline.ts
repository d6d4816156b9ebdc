/** Runs an asynchronous step over a sequence: results in order, a bounded number under way. */

/**
 * Yields `step(item)` for each item in order; reads at most `ahead` items before the consumer takes a result.
 * A result is given as soon as it is there, also while the next item is still awaited: a caller may write one line, wait
 * for its answer, and only then write the next.
 */
export async function* inOrder<T, R>(
  items: Iterable<T> | AsyncIterable<T>,
  ahead: number,
  step: (item: T) => Promise<R>,
): AsyncGenerator<R, void, undefined> {
  const source = Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
  const running: Promise<R>[] = [];
  let awaited: Promise<IteratorResult<T>> | undefined;
  let ended = false;
  try {
    while (!ended || running.length > 0) {
      if (!ended && running.length < ahead) {
        awaited ??= Promise.resolve(source.next());
        const settled = running[0]?.then(nothing, nothing);
        const item = await (settled === undefined ? awaited : Promise.race([awaited, settled]));
        if (item !== undefined) {
          awaited = undefined;
          ended = item.done === true;
          if (item.done !== true) running.push(quiet(step(item.value)));
          continue;
        }
      }
      yield await (running.shift() as Promise<R>);
    }
  } finally {
    // Not awaited: a source that waits for input would hold up a consumer that has left.
    if (!ended) void Promise.resolve(source.return?.()).catch(nothing);
    await Promise.allSettled(running);
  }
}

const nothing = (): undefined => undefined;

/** The consumer sees a rejection when its turn comes; until then it must not count as unhandled. */
function quiet<R>(result: Promise<R>): Promise<R> {
  result.catch(nothing);
  return result;
}
