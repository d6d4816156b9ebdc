/** The way a text takes: views, tokens, windows, activations, scores. Nothing here decides. */
import { abortable } from './abort.ts';
import type { Codebook, Head } from './codebook/codebook.ts';
import { scoreNgrams } from './codebook/ngrams.ts';
import { calibrate, explainSegment, scoreSegments, textLogit } from './codebook/score.ts';
import type { DetectorModel } from './model/detector-model.ts';
import { meanPooling } from './model/pooling.ts';
import { type TokenizedText, type Tokenizer, tokenize } from './text/tokens.ts';
import { type View, views } from './text/views.ts';
import { segments, windows } from './text/windows.ts';
import type { Evidence } from './verdict.ts';

/** What reads: the parts that `Firewall.load()` opens once. */
export interface Reader {
  readonly model: DetectorModel;
  readonly codebook: Codebook;
  readonly tokenizer: Tokenizer;
  /** Token id in front of every window. */
  readonly sinkToken: number;
  readonly windows: { readonly size: number; readonly stride: number };
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
  /** Text that a person would not see decodes to words. */
  readonly hiddenText: boolean;
  /** The text holds control tokens of the model's chat format. */
  readonly specialTokens: boolean;
  readonly tooManyWindows: boolean;
  readonly tokens: number;
  readonly windows: number;
  /** Milliseconds. */
  readonly textMs: number;
  readonly modelMs: number;
}

/** A scored place of one view, before spans are translated. */
interface Place extends Omit<Evidence, 'span' | 'view'> {
  readonly logit: number;
  readonly start: number;
  readonly end: number;
}

/**
 * Reads one text with one head.
 *
 * @throws FirewallError `aborted`, `timeout`, `model-failed`, or a remote model's codes
 */
export async function readText(
  reader: Reader,
  head: Head,
  text: string,
  flag: number,
  signal?: AbortSignal,
): Promise<Reading> {
  const started = performance.now();
  const all = reader.views ? views(text) : views(text).slice(0, 1);
  const tokenized: TokenizedText[] = [];
  for (const view of all) tokenized.push(await tokenize(reader.tokenizer, view.text, signal));
  const planned = tokenized.map(({ ids }) => windows(ids.length, reader.windows));
  const count = planned.reduce((sum, list) => sum + list.length, 0);
  const textMs = performance.now() - started;
  const tooManyWindows = count > reader.limits.maxWindows;

  const readings: { score: number; evidence: Evidence[] }[] = [];
  for (let i = 0; i < all.length && !tooManyWindows; i++) {
    readings.push(await readView(reader, head, all[i] as View, tokenized[i] as TokenizedText, flag, signal));
  }
  return {
    score: Math.max(0, ...readings.map(({ score }) => score)),
    evidence: strongest(
      readings.flatMap(({ evidence }) => evidence),
      reader.limits.maxEvidence,
    ),
    hiddenText: all.some(({ hidden }) => hidden),
    specialTokens: tokenized.some(({ specialTokens }) => specialTokens.length > 0),
    tooManyWindows,
    tokens: tokenized.reduce((sum, { ids }) => sum + ids.length, 0),
    windows: count,
    textMs,
    modelMs: performance.now() - started - textMs,
  };
}

async function readView(
  reader: Reader,
  head: Head,
  view: View,
  { ids, offsets }: TokenizedText,
  flag: number,
  signal: AbortSignal | undefined,
): Promise<{ score: number; evidence: Evidence[] }> {
  const places: Place[] = [];
  let best = Number.NEGATIVE_INFINITY;
  let looked = 0;
  for (const { start, end } of windows(ids.length, reader.windows)) {
    const window = await readWindow(reader, head, ids.subarray(start, end), signal);
    looked += window.segments;
    best = Math.max(best, window.best);
    const top = window.places(flag, reader.limits.maxEvidence);
    places.push(...top.map((place) => ({ ...place, start: place.start + start, end: place.end + start })));
  }
  const evidence = places.map(({ start, end, score, kind, layers }): Evidence => {
    const span = view.toOriginal(offsets[start] as number, offsets[end] as number);
    return { span, view: view.name, score, kind, layers };
  });
  return { score: looked === 0 ? 0 : calibrate(head, textLogit(head, best, looked)), evidence };
}

/** Scores every segment of one window in the context of that window. */
async function readWindow(
  { model, codebook, sinkToken }: Reader,
  head: Head,
  ids: Int32Array,
  signal: AbortSignal | undefined,
): Promise<{ best: number; segments: number; places: (flag: number, most: number) => Place[] }> {
  const ranges = segments(ids.length, codebook.segments);
  const tokenIds = new Int32Array(ids.length + 1);
  tokenIds[0] = sinkToken;
  tokenIds.set(ids, 1);
  const activations = await abortable(model.infer(tokenIds, meanPooling(ranges, ids.length)), signal);
  const ngramLogits = scoreNgrams(head.ngrams, ids, ranges);
  const logits = scoreSegments(head, activations, ngramLogits);
  const best = logits.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);

  const places = (flag: number, most: number): Place[] => {
    const order = [...logits.keys()].sort((a, b) => (logits[b] as number) - (logits[a] as number));
    const chosen: number[] = [];
    for (const index of order) {
      const range = ranges[index] as { start: number; end: number };
      const first = chosen.length === 0;
      if (chosen.length >= most || (!first && calibrate(head, logits[index] as number) < flag)) break;
      const apart = chosen.every((other) => {
        const taken = ranges[other] as { start: number; end: number };
        return range.end <= taken.start || range.start >= taken.end;
      });
      if (apart) chosen.push(index);
    }
    return chosen.map((index) => {
      const logit = logits[index] as number;
      const explained = explainSegment(head, activations, index, ngramLogits[index] as number);
      return {
        ...(ranges[index] as { start: number; end: number }),
        logit,
        score: calibrate(head, logit),
        ...explained,
      };
    });
  };
  return { best, segments: ranges.length, places };
}

function strongest(evidence: Evidence[], most: number): Evidence[] {
  return evidence.sort((a, b) => b.score - a.score || a.span[0] - b.span[0]).slice(0, most);
}
