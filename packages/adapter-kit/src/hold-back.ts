/** Holds a stream of parts back until the text that has come with them is checked. */

/** What a stream's parts mean. */
export interface HoldBackOptions<P> {
  /** The text that a part adds; undefined for a part that is no text, which is checked and let out at once. */
  textOf(part: P): string | undefined;
  /** Throws where the parts must not be let out. `text` ends with all that is new, after some that was checked before. */
  check(text: string, parts: readonly P[]): Promise<void>;
  /** The part that tells the reader why the stream ends. */
  failure(error: unknown): P;
}

/** New characters that are worth a check, and how many earlier ones are read again with them. */
const step = 400;
const overlap = 2000;

/**
 * Ends the stream with `failure(error)` where `check` throws; nothing that was held is let out then.
 *
 * @example
 * ```ts
 * stream.pipeThrough(holdBack({
 *   textOf: (part) => part,
 *   check: async (text) => throwIfAttack(await find([textPart(text, 'assistant', 'answer')])),
 *   failure: () => '[blocked]',
 * }));
 * ```
 */
export function holdBack<P>({ textOf, check, failure }: HoldBackOptions<P>): TransformStream<P, P> {
  let held: P[] = [];
  let text = '';
  let unread = 0;
  const release = async (controller: TransformStreamDefaultController<P>): Promise<void> => {
    const parts = held;
    const read = unread > 0 ? text : '';
    [held, text, unread] = [[], text.slice(-overlap), 0];
    if (parts.length === 0) return;
    try {
      await check(read, parts);
      for (const part of parts) controller.enqueue(part);
    } catch (error) {
      controller.enqueue(failure(error));
      controller.terminate();
    }
  };
  return new TransformStream<P, P>({
    async transform(part, controller) {
      held.push(part);
      const added = textOf(part);
      text += added ?? '';
      unread += added?.length ?? 0;
      if (added === undefined || unread >= step) await release(controller);
    },
    flush: release,
  });
}
