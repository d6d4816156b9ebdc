/** The stream forms of `screen()`: push, async iterable, and a web TransformStream that lets nothing through unscored. */
import { FirewallError } from './errors.ts';
import { failedVerdict, readVerdict, type Screening, tooLongVerdict } from './outcome.ts';
import type { ArrivingText } from './stream.ts';
import type { Decision, Verdict } from './verdict.ts';

/** A text that is screened while it arrives. */
export interface ScreeningStream {
  /** Takes a chunk. Gives the verdict as soon as it is final (a window blocks, a limit is passed, something failed), else nothing. */
  write(chunk: string): Promise<Verdict | undefined>;
  /** The whole text's verdict, equal to `screen()`'s of the same text. */
  end(): Promise<Verdict>;
}

/** What a stream needs of its firewall. */
export interface StreamParts {
  readonly arriving: ArrivingText;
  /** A fresh view of what all verdicts of this text share. */
  readonly screening: (characters: number) => Screening;
  readonly limits: { readonly maxCharacters: number; readonly tooLong: Decision };
  readonly onError: 'block' | 'allow';
  readonly signal: AbortSignal | undefined;
}

/** Opens the push form. Once a verdict is final, every later call gives the same one. */
export function openStream({ arriving, screening, limits, onError, signal }: StreamParts): ScreeningStream {
  let final: Verdict | undefined;
  const settle = async (step: () => Promise<Verdict | undefined>): Promise<Verdict | undefined> => {
    if (final !== undefined) return final;
    try {
      final = await step();
    } catch (error) {
      final = failedVerdict(screening(arriving.length), error, onError);
    }
    return final;
  };
  return {
    write: (chunk) =>
      settle(async () => {
        if (typeof chunk !== 'string') {
          throw new FirewallError('input-invalid', {
            message: `The chunk is of type ${typeof chunk}`,
            where: 'stream.write()',
            hint: 'Write strings; decode bytes with a TextDecoderStream first.',
          });
        }
        const characters = arriving.length + chunk.length;
        if (characters > limits.maxCharacters) return tooLongVerdict(screening(characters), limits.tooLong);
        const score = await arriving.push(chunk, signal);
        const shared = screening(characters);
        return score >= shared.thresholds.block && shared.policy === 'screened'
          ? readVerdict(shared, arriving.soFar())
          : undefined;
      }),
    end: () =>
      settle(async () => {
        const reading = await arriving.finish(signal);
        const shared = screening(arriving.length);
        return reading.tooManyWindows
          ? tooLongVerdict(shared, limits.tooLong, reading.windows)
          : readVerdict(shared, reading);
      }) as Promise<Verdict>,
  };
}

/** Reads chunks until the verdict is final or they end. */
export async function screenChunks(
  stream: ScreeningStream,
  chunks: Iterable<string> | AsyncIterable<string>,
): Promise<Verdict> {
  for await (const chunk of chunks) {
    const verdict = await stream.write(chunk);
    if (verdict !== undefined) return verdict;
  }
  return stream.end();
}

/**
 * A web TransformStream that holds text back until the whole of it was screened, so that nothing of an attack passes. On a
 * block the stream errors with a FirewallError `blocked`, whose `cause` is the verdict; `verdict` gets every outcome.
 */
export function screeningTransform(stream: ScreeningStream): {
  readonly transform: TransformStream<string, string>;
  readonly verdict: Promise<Verdict>;
} {
  const held: string[] = [];
  let resolve: (verdict: Verdict) => void = () => {};
  const verdict = new Promise<Verdict>((done) => {
    resolve = done;
  });
  const stop = (blocked: Verdict): never => {
    throw new FirewallError('blocked', {
      message: `The stream was blocked: ${blocked.reason}`,
      where: 'stream.transform',
      hint: "The verdict is this error's cause.",
      cause: blocked,
    });
  };
  const transform = new TransformStream<string, string>({
    async transform(chunk) {
      const early = await stream.write(chunk);
      if (early !== undefined) resolve(early);
      if (early?.decision === 'block') stop(early);
      held.push(chunk);
    },
    async flush(controller) {
      const last = await stream.end();
      resolve(last);
      if (last.decision === 'block') stop(last);
      for (const chunk of held) controller.enqueue(chunk);
    },
  });
  return { transform, verdict };
}
