/** How far a long run is: on a terminal a line that keeps changing, elsewhere one line at the end. */

type Outcome = 'allow' | 'flag' | 'block' | 'failed';

const refreshMs = 200;

/** Counts what came out, and says so on a stream. */
export class Progress {
  readonly #stream: NodeJS.WriteStream;
  readonly #started = performance.now();
  readonly #counts: Record<Outcome, number> = { allow: 0, flag: 0, block: 0, failed: 0 };
  #shown = 0;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }

  get failed(): number {
    return this.#counts.failed;
  }

  count(outcome: Outcome): void {
    this.#counts[outcome]++;
    const now = performance.now();
    if (!this.#stream.isTTY || now - this.#shown < refreshMs) return;
    this.#shown = now;
    this.#stream.write(`\r\u001b[K${this.#line(now)}`);
  }

  end(): void {
    this.#stream.write(`${this.#stream.isTTY ? '\r\u001b[K' : ''}${this.#line(performance.now())}\n`);
  }

  #line(now: number): string {
    const { allow, flag, block, failed } = this.#counts;
    const count = allow + flag + block + failed;
    const seconds = (now - this.#started) / 1000;
    const speed = (count / Math.max(seconds, 0.001)).toFixed(1);
    return `${count} texts in ${seconds.toFixed(1)} s (${speed} texts/s): ${allow} allow, ${flag} flag, ${block} block, ${failed} failed`;
  }
}
