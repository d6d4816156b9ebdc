/** Fits layer 0: the hashed n-gram log-odds table, by Adagrad on the rows' cross-entropy. */
import { type NgramTable, ngramBucket, ngramParts } from '@alknet/firewall-core';
import type { Features } from '../features/features.ts';
import type { Row } from '../features/layout.ts';
import { seeded, shuffle } from '../random.ts';
import { rowGradients } from './objective.ts';

/** Settings of the fit; chosen by leaving sources out. */
export interface NgramSettings {
  /** A power of two; the table takes this many bytes. */
  readonly buckets: number;
  readonly order: number;
  /** Tokens that are looked at together. */
  readonly span: number;
  readonly epochs: number;
  readonly rate: number;
  /** Pull towards zero per update. */
  readonly decay: number;
  readonly seed: number;
}

/** The settings the shipped codebook was fitted with. */
export const ngramSettings: NgramSettings = {
  buckets: 2 ** 20,
  order: 3,
  span: 16,
  epochs: 4,
  rate: 0.2,
  decay: 1e-3,
  seed: 1,
};

/** Rows of one text that one pass looks at; a longer text shows other rows in the next pass. */
const maxRows = 24;

/** Fits the table. `weights` has one entry a text. */
export function fitNgrams(texts: readonly Features[], weights: Float64Array, settings: NgramSettings): NgramTable {
  const { buckets, order, span, epochs, rate, decay, seed } = settings;
  const random = seeded(seed);
  const table = new Float64Array(buckets);
  const squares = new Float64Array(buckets).fill(1e-4);
  const indices = texts.map((_, i) => i);
  for (let epoch = 0; epoch < epochs; epoch++) {
    for (const index of shuffle(indices, random)) {
      const { ids, rows, rowLabels } = texts[index] as Features;
      const chosen = rows.length <= maxRows ? rows.map((_, i) => i) : sample(rows.length, random);
      const strongest = chosen.map((row) => {
        const parts = ngramParts(rows[row] as Row, span).map((part) => {
          const list = partBuckets(ids, part, order, buckets);
          return { list, logit: sum(table, list) / Math.sqrt(list.length || 1) };
        });
        return parts.reduce((best, part) => (part.logit > best.logit ? part : best));
      });
      const logits = Float64Array.from(strongest, ({ logit }) => logit);
      const gradients = new Float64Array(chosen.length);
      const labels = Int8Array.from(chosen, (row) => rowLabels[row] as number);
      rowGradients({ logits, labels, weight: weights[index] as number }, gradients, 0);
      strongest.forEach(({ list }, i) => {
        const gradient = (gradients[i] as number) / Math.sqrt(list.length || 1);
        if (gradient === 0) return;
        for (const bucket of list) {
          const step = gradient + decay * (table[bucket] as number);
          (squares[bucket] as number) += step * step;
          (table[bucket] as number) -= (rate * step) / Math.sqrt(squares[bucket] as number);
        }
      });
    }
  }
  return { ...quantise(table), order, span };
}

/** Buckets of every n-gram wholly inside the part. */
function partBuckets(ids: Int32Array, { start, end }: Row, order: number, buckets: number): Int32Array {
  const out: number[] = [];
  for (let n = 1; n <= order; n++) {
    for (let i = start + n - 1; i < end; i++) out.push(ngramBucket(ids, i, n, buckets));
  }
  return Int32Array.from(out);
}

/** Eight bits, symmetric; the largest log-odds maps to 127. */
function quantise(table: Float64Array): Pick<NgramTable, 'table' | 'scale'> {
  const largest = table.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;
  const scale = largest / 127;
  return { table: Int8Array.from(table, (value) => Math.round(value / scale)), scale };
}

function sum(table: Float64Array, list: Int32Array): number {
  let total = 0;
  for (const bucket of list) total += table[bucket] as number;
  return total;
}

function sample(count: number, random: () => number): number[] {
  const start = Math.floor(random() * (count - maxRows));
  return Array.from({ length: maxRows }, (_, i) => start + i);
}
