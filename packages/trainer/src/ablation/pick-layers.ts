/** A store as if the model had fewer tapped layers. */
import type { Store } from '../features/store.ts';

/**
 * Reads only the picked layers of each row.
 *
 * @param of layers of a stored row
 * @param picked positions among them
 * @param width values of one layer
 */
export function pickLayers(store: Store, of: number, picked: readonly number[], width: number): Store {
  return {
    ...store,
    read(row, count) {
      const all = store.read(row, count);
      const out = new Uint16Array(count * picked.length * width);
      for (let r = 0; r < count; r++) {
        picked.forEach((layer, at) => {
          const from = (r * of + layer) * width;
          out.set(all.subarray(from, from + width), (r * picked.length + at) * width);
        });
      }
      return out;
    },
  };
}
