/** How much each text counts: large sources less per text, attacks as much as harmless texts in all. */
import type { Sample } from '../samples/sample.ts';

/** How a source's voice grows with its size: 0 is one voice a source, 1 one voice a text. Chosen on held-out families. */
const sourcePower = 0.75;

/** A weight per sample; both classes sum to half the number of samples. */
export function sampleWeights(samples: readonly Pick<Sample, 'source' | 'label'>[]): Float64Array {
  const sizes = new Map<string, number>();
  const key = ({ source, label }: Pick<Sample, 'source' | 'label'>): string => `${source}:${label}`;
  for (const sample of samples) sizes.set(key(sample), (sizes.get(key(sample)) ?? 0) + 1);
  const raw = Float64Array.from(samples, (sample) => (sizes.get(key(sample)) as number) ** (sourcePower - 1));
  const totals = [0, 0];
  samples.forEach(({ label }, i) => {
    (totals[label] as number) += raw[i] as number;
  });
  return raw.map(
    (weight, i) => (weight * samples.length) / 2 / (totals[(samples[i] as { label: 0 | 1 }).label] as number),
  );
}
