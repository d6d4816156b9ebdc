/** Screens text while it arrives: windows are scored as they fill, and the sum is the whole text's, to the last digit. */
import type { Head } from './codebook/codebook.ts';
import { type Reader, type Reading, readText } from './reading.ts';
import { pieceEnd, pieceLimits } from './text/pieces.ts';
import { tokenize } from './text/tokens.ts';
import { scoreView, type ViewScores } from './view-scores.ts';

/** Text that is still arriving. */
export interface ArrivingText {
  /** Takes more text; scores every window that no later text can change. Gives the score so far. */
  push(chunk: string, signal?: AbortSignal): Promise<number>;
  /** Reads the rest, and what the whole text hides. */
  finish(signal?: AbortSignal): Promise<Reading>;
  /** Code units taken so far. */
  readonly length: number;
  /** What was read so far, for a verdict before the end. */
  soFar(): Reading;
}

/** Starts an empty text. */
export function arrivingText(reader: Reader, head: Head, flag: number): ArrivingText {
  const scores: ViewScores = scoreView(reader, head, flag);
  const offsets: number[] = [];
  let ids = new Int32Array(1024);
  let count = 0;
  let text = '';
  let settled = 0;
  let done = 0;

  /** Tokenises the pieces whose end no later text can move. */
  const settle = async (signal: AbortSignal | undefined): Promise<void> => {
    while (text.length - settled > pieceLimits.piece + 1) {
      const end = pieceEnd(text, settled);
      const piece = await tokenize(reader.tokenizer, text.slice(settled, end), signal);
      if (count + piece.ids.length > ids.length) {
        const larger = new Int32Array(2 * (count + piece.ids.length));
        larger.set(ids);
        ids = larger;
      }
      ids.set(piece.ids, count);
      for (let i = 0; i < piece.ids.length; i++) offsets.push(settled + (piece.offsets[i] as number));
      count += piece.ids.length;
      settled = end;
    }
  };

  return {
    get length() {
      return text.length;
    },
    async push(chunk, signal) {
      text += chunk;
      await settle(signal);
      const { size, stride } = reader.windows;
      // A window with a token after it stands as it is; the last one of a text is placed by the text's end.
      for (let start = done * stride; start + size < count && done < reader.limits.maxWindows; start = done * stride) {
        scores.add(await scores.read(ids, { start, end: start + size }, signal));
        done++;
      }
      return scores.score();
    },
    finish: (signal) => readText(reader, head, text, flag, signal, { scores, done }),
    soFar: () => ({
      score: scores.score(),
      evidence: scores
        .places()
        .map(({ start, end, score, kind, layers }) => ({
          span: [offsets[start] as number, offsets[end] ?? settled] as const,
          view: 'raw',
          score,
          kind,
          layers,
        }))
        .sort((a, b) => b.score - a.score)
        .slice(0, reader.limits.maxEvidence),
      hiddenText: false,
      specialTokens: false,
      tooManyWindows: false,
      tokens: count,
      windows: done,
      textMs: 0,
      modelMs: 0,
    }),
  };
}
