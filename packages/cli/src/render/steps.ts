/** Progress of a long job in steps: on a terminal a line that changes, with the time left; elsewhere a line a step. */

const refreshMs = 500;

/** Told a step's name and the share of it that is done; writes to the stream. */
export function stepReporter(stream: NodeJS.WriteStream): (step: string, done: number) => void {
  let current = '';
  let started = 0;
  let shown = 0;
  return (step, done) => {
    const now = performance.now();
    if (step !== current) {
      current = step;
      started = now;
      if (!stream.isTTY) stream.write(`${step} ...\n`);
    }
    if (!stream.isTTY || (now - shown < refreshMs && done < 1)) return;
    shown = now;
    const left = done > 0 ? ((now - started) / done) * (1 - done) : 0;
    const time = done < 1 ? `, ${duration(left)} left` : ` in ${duration(now - started)}\n`;
    stream.write(`\r\u001b[K${step}: ${(done * 100).toFixed(0)} %${time}`);
  };
}

function duration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return seconds < 90 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}
