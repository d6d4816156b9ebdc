/** Scores one view window by window: each segment in the context of its window, the strongest places kept. */
import { abortable } from './abort.ts';
import type { Codebook, Head } from './codebook/codebook.ts';
import { scoreNgrams } from './codebook/ngrams.ts';
import { calibrate, explainSegment, scoreSegments, textLogit } from './codebook/score.ts';
import type { DetectorModel } from './model/detector-model.ts';
import { meanPooling } from './model/pooling.ts';
import { segments, type TokenRange } from './text/windows.ts';
import type { Evidence } from './verdict.ts';

/** What windows are scored with. */
export interface Scorer {
  readonly model: DetectorModel;
  readonly codebook: Codebook;
  /** Token id in front of every window. */
  readonly sinkToken: number;
  readonly limits: { readonly maxEvidence: number };
}

/** A scored place, in tokens of the view. */
export interface Place extends Omit<Evidence, 'span' | 'view'>, TokenRange {}

/** One window, read and scored. */
export interface ScoredWindow {
  readonly window: TokenRange;
  /** One a segment. */
  readonly logits: Float64Array;
  /** The strongest places, in tokens of the window. */
  readonly places: readonly Place[];
  explain(segment: number): Place;
}

/** Scores of the windows read so far. */
export interface ViewScores {
  /** Reads the tokens [start, end) of the view as one window. */
  read(ids: Int32Array, window: TokenRange, signal?: AbortSignal): Promise<ScoredWindow>;
  /** Counts a window in; in the order of the text. */
  add(window: ScoredWindow): void;
  /** Probability of an attack over all windows added; 0 before the first. */
  score(): number;
  /** The strongest place of each window, and further ones over the flag threshold. */
  places(): readonly Place[];
  /** Every segment, in the order read; empty unless asked for. */
  segments(): readonly Place[];
}

/** Starts a view. `flag` is the probability from which places are worth showing; `every` keeps all segments too. */
export function scoreView(scorer: Scorer, head: Head, flag: number, every = false): ViewScores {
  const found: Place[] = [];
  const all: Place[] = [];
  let strongest = Number.NEGATIVE_INFINITY;
  let looked = 0;
  return {
    read: (ids, window, signal) => readWindow(scorer, head, ids, window, flag, signal),
    add({ window, logits, places, explain }) {
      looked += logits.length;
      strongest = logits.reduce((most, logit) => Math.max(most, logit), strongest);
      const inView = (place: Place): Place => ({
        ...place,
        start: place.start + window.start,
        end: place.end + window.start,
      });
      found.push(...places.map(inView));
      if (every) for (const segment of logits.keys()) all.push(inView(explain(segment)));
    },
    score: () => (looked === 0 ? 0 : calibrate(head, textLogit(head, strongest, looked))),
    places: () => found,
    segments: () => all,
  };
}

async function readWindow(
  { model, codebook, sinkToken, limits }: Scorer,
  head: Head,
  viewIds: Int32Array,
  window: TokenRange,
  flag: number,
  signal: AbortSignal | undefined,
): Promise<ScoredWindow> {
  const ids = viewIds.subarray(window.start, window.end);
  const ranges = segments(ids.length, codebook.segments);
  const tokenIds = new Int32Array(ids.length + 1);
  tokenIds[0] = sinkToken;
  tokenIds.set(ids, 1);
  const activations = await abortable(model.infer(tokenIds, meanPooling(ranges, ids.length), signal), signal);
  const ngramLogits = scoreNgrams(head.ngrams, ids, ranges);
  const logits = scoreSegments(head, activations, ngramLogits);
  const shown = strongestApart(logits, ranges, (logit) => calibrate(head, logit) >= flag, limits.maxEvidence);
  const explain = (segment: number): Place => {
    const explained = explainSegment(head, activations, segment, ngramLogits[segment] as number);
    return { ...(ranges[segment] as TokenRange), score: calibrate(head, logits[segment] as number), ...explained };
  };
  return { window, logits, places: shown.map(explain), explain };
}

/** The strongest segment, and the next ones that are worth showing and overlap none before them. */
function strongestApart(
  logits: Float64Array,
  ranges: readonly TokenRange[],
  isWorthShowing: (logit: number) => boolean,
  most: number,
): number[] {
  const order = [...logits.keys()].sort((a, b) => (logits[b] as number) - (logits[a] as number) || a - b);
  const chosen: number[] = [];
  for (const segment of order) {
    if (chosen.length >= most || (chosen.length > 0 && !isWorthShowing(logits[segment] as number))) break;
    const { start, end } = ranges[segment] as TokenRange;
    const overlaps = chosen.some((other) => {
      const taken = ranges[other] as TokenRange;
      return end > taken.start && start < taken.end;
    });
    if (!overlaps) chosen.push(segment);
  }
  return chosen;
}
