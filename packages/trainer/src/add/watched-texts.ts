/** Known texts to watch while a head learns: an even sample of those that come with this package. */
import type { HeadName } from '@alknet/firewall-core';
import { isBareOrder } from '../samples/corpus.ts';
import type { Sample } from '../samples/sample.ts';

/** Texts a head, by label: enough harmless ones to see what happens to the upper twentieth. */
const most = { 0: 400, 1: 200 } as const;

/** Longer texts take long to read and say little more. */
const mostCharacters = 3000;

/** The sample, in order. Each text names the heads that watch it. Bare orders are left out: no head knows them alone. */
export function watchedTexts(corpus: readonly Sample[]): Sample[] {
  const chosen = new Map<Sample, HeadName[]>();
  for (const head of ['prompt', 'data'] as const) {
    for (const label of [0, 1] as const) {
      const texts = corpus.filter(
        (sample) =>
          sample.label === label &&
          sample.heads.includes(head) &&
          sample.text.length <= mostCharacters &&
          !isBareOrder(sample),
      );
      const stride = Math.max(1, texts.length / most[label]);
      for (let i = 0; i < texts.length; i += stride) {
        const sample = texts[Math.floor(i)] as Sample;
        chosen.set(sample, [...(chosen.get(sample) ?? []), head]);
      }
    }
  }
  return corpus.flatMap((sample) => {
    const heads = chosen.get(sample);
    return heads === undefined ? [] : [{ ...sample, heads }];
  });
}
