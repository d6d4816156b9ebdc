/** What `explain()` answers: the verdict, and every view of the text with every segment's score. */
import type { TokenizedText } from './text/tokens.ts';
import type { View } from './text/views.ts';
import type { Evidence, Verdict } from './verdict.ts';
import type { ViewScores } from './view-scores.ts';

/** One segment as the model read it. Segments overlap; a window's are in order. */
export interface ExplainedSegment extends Omit<Evidence, 'where' | 'view' | 'span'> {
  /** Start and end in UTF-16 code units of the view's text. */
  readonly span: readonly [start: number, end: number];
}

/** One way the text was read. */
export interface ExplainedView {
  /** `raw` (always the first), `readable`, or what was undone, such as `base64`. */
  readonly name: string;
  /** What was undone. */
  readonly techniques: readonly string[];
  /** Text that no reader sees and that decodes to words. */
  readonly hidden: boolean;
  /** Where it came from, in UTF-16 code units of the text that was screened. */
  readonly source: readonly [start: number, end: number];
  /** What it says; left out for `raw`, which the caller has. */
  readonly text?: string;
  /** Empty when the text was too long to be scored. */
  readonly segments: readonly ExplainedSegment[];
}

/** The answer to one `explain()`. Unlike a verdict it holds text: it is for whoever sent that text, not for logs. */
export interface Explanation {
  readonly verdict: Verdict;
  /** The raw view first; empty when the text was not read. */
  readonly views: readonly ExplainedView[];
}

/** A view with its segments, in characters. */
export function explainView(view: View, { offsets }: TokenizedText, scores: ViewScores): ExplainedView {
  const { name, techniques, hidden, text } = view;
  return {
    name,
    techniques,
    hidden,
    source: view.toOriginal(0, text.length),
    ...(name !== 'raw' && { text }),
    segments: scores.segments().map(({ start, end, ...place }) => ({
      span: [offsets[start] as number, offsets[end] as number] as const,
      ...place,
    })),
  };
}
