/** Puts the training set together: data sets, own corpus, compositions, texts written anew, padded attacks, short excerpts; near copies of evaluation texts are dropped. */
import { hashNumber } from '../random.ts';
import { augment } from './augment.ts';
import { compose } from './compose.ts';
import { isBareOrder } from './corpus.ts';
import { excerpts } from './excerpts.ts';
import { nearCopiesOf } from './overlap.ts';
import { pad } from './pad.ts';
import type { Sample } from './sample.ts';

/** What a training set is made of. */
export interface TrainingSources {
  /** Rows of data sets. */
  readonly rows: readonly Sample[];
  /** The own corpus. */
  readonly corpus: readonly Sample[];
  /** Texts that results are reported on. */
  readonly evaluation: readonly Sample[];
  /** Poisoned documents to compose; the shipped codebook's number by default. */
  readonly compositions?: number;
  readonly seed: number;
}

/** The set, and what was left out of it. */
export interface TrainingSet {
  readonly samples: readonly Sample[];
  readonly nearCopies: number;
  readonly duplicates: number;
  readonly thinned: number;
}

/** Texts of one source and label beyond this many say little new; chosen by hash. */
const mostOfASource = 300;
/** Texts of each label that stand beside themselves in another form. */
const writtenAnew = 1800;
/** Attacks on a user's turn that stand in a long text as well. */
const paddedAttacks = 1000;
/** Excerpts of harmless documents that stand for short data. */
const shortExcerpts = 1500;
/** Poisoned documents of the shipped codebook: each order of the own corpus at least once, and as many tasks. */
const shippedCompositions = 4000;
/** Longest text that can stand as a task inside a document. */
const taskCharacters = 160;
/** Harmless requests that become orders when they stand in a document. */
const taskCategories = new Set(['benign-instruction', 'benign-chat', 'benign-security-question']);

/** Assembles the set; the same sources give the same set in the same order. */
export function trainingSet({
  rows,
  corpus,
  evaluation,
  compositions = shippedCompositions,
  seed,
}: TrainingSources): TrainingSet {
  const isNearCopy = nearCopiesOf(evaluation.map(({ text }) => text));
  const thin = thinOut(rows);
  const orders = corpus.filter(isBareOrder);
  const written = corpus.filter((sample) => !isBareOrder(sample));
  const usable = [...thin, ...written].filter(({ text }) => !isNearCopy(text));
  const documents = usable.filter(
    ({ label, heads, text }) => label === 0 && heads.includes('data') && text.length > 80,
  );
  const composed = compose(
    {
      documents,
      orders: orders.filter(({ text }) => !isNearCopy(text)),
      tasks: thin.filter(
        ({ label, category, text }) =>
          label === 0 && taskCategories.has(category) && text.length <= taskCharacters && !isNearCopy(text),
      ),
    },
    compositions,
    seed,
  );
  const all = [
    ...usable,
    ...composed,
    ...augment(usable, writtenAnew, seed),
    ...pad(
      usable.filter(
        ({ label, heads, category }) => label === 1 && heads.includes('prompt') && category !== 'adversarial-suffix',
      ),
      usable.filter(({ label, heads }) => label === 0 && heads.includes('prompt')),
      paddedAttacks,
      seed,
    ).filter(({ text }) => !isNearCopy(text)),
    ...excerpts(documents, shortExcerpts, seed).filter(({ text }) => !isNearCopy(text)),
  ];
  const samples = uniqueTexts(all);
  return {
    samples,
    nearCopies: thin.length + written.length - usable.length,
    duplicates: all.length - samples.length,
    thinned: rows.length - thin.length,
  };
}

/** The first sample of each text and label. */
function uniqueTexts(samples: readonly Sample[]): Sample[] {
  const seen = new Set<string>();
  return samples.filter(({ label, text }) => {
    const key = `${label}:${text}`;
    return !seen.has(key) && seen.add(key);
  });
}

function thinOut(rows: readonly Sample[]): Sample[] {
  const counts = new Map<string, number>();
  const kept = new Set(
    [...rows]
      .sort((a, b) => hashNumber(a.id) - hashNumber(b.id))
      .filter(({ source, label }) => {
        const key = `${source}:${label}`;
        const count = (counts.get(key) ?? 0) + 1;
        counts.set(key, count);
        return count <= mostOfASource;
      }),
  );
  return rows.filter((row) => kept.has(row));
}
