/** Labels every prototype by the training rows nearest to it. */
import type { Features } from '../features/features.ts';
import type { Store } from '../features/store.ts';
import { type FittedPrototypes, scoreFitted } from './fit-prototypes.ts';
import { kindOf, type Neighbour, nameOf } from './kinds.ts';

/** Texts of each label that may vote; an even sample. */
const sampledTexts = 6000;

/** Labels per layer and prototype. Attack prototypes are named by attack rows, harmless ones by harmless rows. */
export async function namePrototypes(
  fitted: FittedPrototypes,
  store: Store,
  texts: readonly Features[],
): Promise<string[][]> {
  const neighbours = fitted.layers.map(({ shape }) =>
    Array.from({ length: shape.attack + shape.harmless }, (): Neighbour[] => []),
  );
  const frequency = new Map<string, number>();
  for (const label of [0, 1] as const) {
    const group = texts.filter(({ sample }) => sample.label === label);
    const stride = Math.max(1, Math.floor(group.length / sampledTexts));
    for (let i = 0; i < group.length; i += stride) {
      const text = group[i] as Features;
      const logits = await scoreFitted(fitted, store, text);
      const row = tellingRow(text, logits);
      const kind = kindOf(text.sample.category, label);
      frequency.set(kind, (frequency.get(kind) ?? 0) + 1);
      fitted.layers.forEach(({ shape, cosines }, layer) => {
        const count = shape.attack + shape.harmless;
        const [from, to] = label === 1 ? [0, shape.attack] : [shape.attack, count];
        for (let p = from; p < to; p++) {
          neighbours[layer]?.[p]?.push({ kind, cosine: cosines()[row * count + p] as number });
        }
      });
    }
  }
  return neighbours.map((layer) => layer.map((near) => nameOf(near, frequency)));
}

/** The row that speaks for the text: of an attack the strongest that may be one, of a harmless text the first. */
function tellingRow({ sample, rowLabels }: Features, logits: Float64Array): number {
  if (sample.label === 0) return 0;
  let best = -1;
  for (let i = 0; i < logits.length; i++) {
    if (rowLabels[i] !== 0 && (best < 0 || (logits[i] as number) > (logits[best] as number))) best = i;
  }
  return Math.max(0, best);
}
