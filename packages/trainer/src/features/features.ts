/** Texts as the heads see them: token ids, rows of activations, and a label a row. */
import { createHash } from 'node:crypto';
import { type Tokenizer, tokenize } from '@alknet/firewall-core';
import type { Sample } from '../samples/sample.ts';
import { blocksOf, type Cut, type Row, rowsOf } from './layout.ts';
import type { Store } from './store.ts';

/** A text as the heads see it. */
export interface Features {
  readonly sample: Sample;
  /** [tokens], without the sink. */
  readonly ids: Int32Array;
  readonly rows: readonly Row[];
  /** Row of the store that `rows[0]` is. */
  readonly firstRow: number;
  /** Per row: 1 attack, 0 harmless, -1 not known (some row of the text is an attack), -2 cuts through an attack and teaches nothing. */
  readonly rowLabels: Int8Array;
}

/** Share of a row that must lie in the known attack (or of the attack in the row) for the row to be one. */
const insideShare = 0.5;

/** Features of the samples that the store holds, in order. */
export async function readFeatures(
  tokenizer: Tokenizer,
  cut: Cut,
  store: Store,
  samples: readonly Sample[],
): Promise<Features[]> {
  const out: Features[] = [];
  for (const sample of samples) {
    const entry = store.entries.get(keyOf(sample));
    if (entry === undefined) continue;
    const { ids, offsets } = await tokenize(tokenizer, sample.text);
    const rows = rowsOf(blocksOf(ids.length, cut));
    out.push({ sample, ids, rows, firstRow: entry.row, rowLabels: labelRows(sample, rows, offsets) });
  }
  return out;
}

/** Key of a labelled text in the store. */
export function keyOf({ text, label }: Pick<Sample, 'text' | 'label'>): string {
  return createHash('sha256').update(`${label}:${text}`).digest('hex').slice(0, 32);
}

export function labelRows({ label, span }: Sample, rows: readonly Row[], offsets: Uint32Array): Int8Array {
  if (label === 0) return new Int8Array(rows.length);
  if (span === undefined) return new Int8Array(rows.length).fill(rows.length === 1 ? 1 : -1);
  return Int8Array.from(rows, ({ start, end }) => {
    const from = offsets[start] as number;
    const to = offsets[end] as number;
    const shared = Math.min(to, span[1]) - Math.max(from, span[0]);
    if (shared <= 0) return 0;
    return shared >= insideShare * Math.min(to - from, span[1] - span[0]) ? 1 : -2;
  });
}
