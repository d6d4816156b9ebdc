/** Folds that leave whole families of sources out: what a score says of texts of an origin it was not fitted on. */
import type { Sample } from '../samples/sample.ts';

/** A fold a sample; all samples of a family share one. Families are dealt largest first to the fold with the least of their label. */
export function familyFolds(samples: readonly Pick<Sample, 'family' | 'label'>[], folds: number): Int32Array {
  const sizes = new Map<string, [harmless: number, attacks: number]>();
  for (const { family, label } of samples) {
    const size = sizes.get(family) ?? [0, 0];
    size[label]++;
    sizes.set(family, size);
  }
  const loads = Array.from({ length: folds }, (): [number, number] => [0, 0]);
  const foldOf = new Map<string, number>();
  const order = [...sizes].sort(([a, [ha, aa]], [b, [hb, ab]]) => ab - aa || hb - ha || (a < b ? -1 : 1));
  for (const [family, [harmless, attacks]] of order) {
    const label = attacks > 0 ? 1 : 0;
    const fold = loads.reduce(
      (best, load, i) => (load[label] < (loads[best] as [number, number])[label] ? i : best),
      0,
    );
    foldOf.set(family, fold);
    (loads[fold] as [number, number])[0] += harmless;
    (loads[fold] as [number, number])[1] += attacks;
  }
  return Int32Array.from(samples, ({ family }) => foldOf.get(family) as number);
}
