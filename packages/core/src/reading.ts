/** The way a text takes: views, tokens, windows, activations, scores. Nothing here decides. */
import type { Head } from './codebook/codebook.ts';
import { type ExplainedView, explainView } from './explanation.ts';
import { inOrder } from './pipeline.ts';
import { type TokenizedText, type Tokenizer, tokenize } from './text/tokens.ts';
import { allViews } from './text/view-blocks.ts';
import { rawView, type View } from './text/views.ts';
import { windows } from './text/windows.ts';
import type { Evidence } from './verdict.ts';
import { type Scorer, scoreView, type ViewScores } from './view-scores.ts';

/** What reads: the parts that `Firewall.load()` opens once. */
export interface Reader extends Scorer {
  readonly tokenizer: Tokenizer;
  readonly windows: { readonly size: number; readonly stride: number };
  /** Windows of one text that the model is given at a time. */
  readonly windowsAhead: number;
  readonly limits: { readonly maxWindows: number; readonly maxEvidence: number };
  /** Whether disguised and hidden text is read too. */
  readonly views: boolean;
}

/** What a text turned out to hold. */
export interface Reading {
  /** Probability of an attack: the strongest segment of the worst view, corrected for length. */
  readonly score: number;
  /** Strongest places first; the first one exists whenever a token was read. */
  readonly evidence: readonly Evidence[];
  /** Text that a person would not see decodes to words, or there are more disguises than are read. */
  readonly hiddenText: boolean;
  /** The text holds control tokens of the model's chat format. */
  readonly specialTokens: boolean;
  readonly tooManyWindows: boolean;
  readonly tokens: number;
  readonly windows: number;
  /** Every view with every segment; only where an explanation is asked for. */
  readonly views?: readonly ExplainedView[];
  /** Milliseconds. */
  readonly textMs: number;
  readonly modelMs: number;
}

/** Windows of the raw view that were scored before the whole text was there. */
export interface BegunView {
  readonly scores: ViewScores;
  readonly done: number;
}

/**
 * Reads one text with one head.
 *
 * @param begun windows of the raw view that a stream has read already
 * @param explained whether the reading tells every view and segment
 * @throws FirewallError `aborted`, `timeout`, `model-failed`, or a remote model's codes
 */
export async function readText(
  reader: Reader,
  head: Head,
  text: string,
  flag: number,
  signal?: AbortSignal,
  begun: BegunView | undefined = undefined,
  explained = false,
): Promise<Reading> {
  const started = performance.now();
  const { views: all, crowded } = reader.views
    ? await allViews(text, signal)
    : { views: [rawView(text)], crowded: false };
  const tokenized: TokenizedText[] = [];
  for (const view of all) tokenized.push(await tokenize(reader.tokenizer, view.text, signal));
  const planned = tokenized.map(({ ids }) => windows(ids.length, reader.windows));
  const count = planned.reduce((sum, list) => sum + list.length, 0);
  const textMs = performance.now() - started;

  const tooManyWindows = count > reader.limits.maxWindows;
  const scores = all.map((_, i) => (i === 0 && begun ? begun.scores : scoreView(reader, head, flag, explained)));
  const unread = (tooManyWindows ? [] : planned).flatMap((list, i) =>
    (i === 0 && begun ? list.slice(begun.done) : list).map((window) => ({ i, window })),
  );
  const read = inOrder(unread, reader.windowsAhead, async ({ i, window }) => {
    const view = scores[i] as ViewScores;
    return { view, scored: await view.read((tokenized[i] as TokenizedText).ids, window, signal) };
  });
  for await (const { view, scored } of read) view.add(scored);
  const evidence = all.flatMap((view, i) => toEvidence(view, tokenized[i] as TokenizedText, scores[i] as ViewScores));
  return {
    score: Math.max(...scores.map((view) => view.score())),
    evidence: strongest(evidence, reader.limits.maxEvidence),
    hiddenText: crowded || all.some(({ hidden }) => hidden),
    specialTokens: tokenized.some(({ specialTokens }) => specialTokens.length > 0),
    tooManyWindows,
    tokens: tokenized.reduce((sum, { ids }) => sum + ids.length, 0),
    windows: count,
    ...(explained && {
      views: all.map((view, i) => explainView(view, tokenized[i] as TokenizedText, scores[i] as ViewScores)),
    }),
    textMs,
    modelMs: performance.now() - started - textMs,
  };
}

function toEvidence(view: View, { offsets }: TokenizedText, scores: ViewScores): Evidence[] {
  return scores.places().map(({ start, end, score, kind, layers }) => {
    const span = view.toOriginal(offsets[start] as number, offsets[end] as number);
    return { span, view: view.name, score, kind, layers };
  });
}

function strongest(evidence: Evidence[], most: number): Evidence[] {
  return evidence.sort((a, b) => b.score - a.score || a.span[0] - b.span[0]).slice(0, most);
}
