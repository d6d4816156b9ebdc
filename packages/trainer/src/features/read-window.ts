/** Has the model read one window of a text. */
import { type DetectorModel, meanPooling } from '@alknet/firewall-core';
import type { Row } from './layout.ts';

/**
 * @param ids of the whole text
 * @param ranges relative to the window
 * @returns a row a range, [layers * width], layers side by side
 */
export async function readWindow(
  model: DetectorModel,
  sinkToken: number,
  ids: Int32Array,
  { start, end }: Row,
  ranges: readonly Row[],
): Promise<Float32Array[]> {
  const { layers, width } = model.info;
  const tokenIds = new Int32Array(end - start + 1);
  tokenIds[0] = sinkToken;
  tokenIds.set(ids.subarray(start, end), 1);
  const activations = await model.infer(tokenIds, meanPooling(ranges, end - start));
  return ranges.map((_, row) => {
    const values = new Float32Array(layers.length * width);
    for (const [index, data] of activations.layers.entries()) {
      values.set(data.subarray(row * width, (row + 1) * width), index * width);
    }
    return values;
  });
}
