/** Views of a text of any length without blocking the event loop: long texts are looked through block by block. */

import { setImmediate } from 'node:timers/promises';
import { throwIfAborted } from '../abort.ts';
import { mostViews, rawView, type View, views } from './views.ts';

/** Code units looked through at a stretch: about 20 ms of the slowest texts. */
const blockSize = 40_000;
/** Code units that neighbouring blocks share, so that a payload on a border is whole in one of them. */
const overlap = 4_000;

/** The views of a text, and whether there were more disguises than are looked into. */
export interface AllViews {
  readonly views: readonly View[];
  /** Some block gave the most views there may be: what else it hides was not read. */
  readonly crowded: boolean;
}

/**
 * The raw view of the whole text, then what each block shows beyond it, with spans of the whole text.
 *
 * @throws FirewallError `aborted` or `timeout`
 */
export async function allViews(text: string, signal?: AbortSignal): Promise<AllViews> {
  if (text.length <= blockSize) {
    const found = views(text);
    return { views: found, crowded: found.length >= mostViews };
  }
  const found: View[] = [rawView(text)];
  let crowded = false;
  for (let start = 0; start < text.length; start += blockSize - overlap) {
    const inBlock = views(text.slice(start, start + blockSize));
    crowded ||= inBlock.length >= mostViews;
    for (const view of inBlock.slice(1)) found.push(shifted(view, start));
    await setImmediate();
    throwIfAborted(signal);
  }
  return { views: found, crowded };
}

function shifted(view: View, by: number): View {
  return {
    ...view,
    toOriginal(start, end) {
      const [from, to] = view.toOriginal(start, end);
      return [from + by, to + by];
    },
  };
}
