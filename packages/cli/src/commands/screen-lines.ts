/** `screen --jsonl`: lines in, lines out, in order, at full speed and in bounded memory. */

import { createReadStream, createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { Firewall, Role, ScreenItem, Verdict } from '@alknet/firewall-core';
import { exitCodes } from '../exit-codes.ts';
import { type Line, readLines } from '../input/lines.ts';
import { type InputRecord, maxLineBytes, parseRecord } from '../input/records.ts';
import { Progress } from '../render/progress.ts';

/** Files, or `-` for the standard streams. */
export interface ScreenLinesOptions {
  readonly input: string;
  readonly output: string | undefined;
  /** For lines that name none. */
  readonly role: Role;
  readonly roles: readonly Role[];
}

/** Returns the exit code: an error if any line could not be screened. */
export async function screenLines(
  firewall: Firewall,
  { input, output, role, roles }: ScreenLinesOptions,
): Promise<number> {
  process.exitCode = exitCodes.error; // Until all is read: a reader that leaves early must not look like success.
  const source = input === '-' ? process.stdin : createReadStream(input);
  const toStdout = output === undefined || output === '-';
  const sink = toStdout ? process.stdout : createWriteStream(output);
  const progress = new Progress(process.stderr);
  const answers = answerLines(
    firewall,
    readRecords(readLines(source, maxLineBytes(firewall.config.limits.maxCharacters)), roles),
    role,
    progress,
  );
  await pipeline(answers, sink, { end: !toStdout });
  progress.end();
  return progress.failed > 0 ? exitCodes.error : exitCodes.ok;
}

async function* readRecords(
  lines: AsyncIterable<Line>,
  roles: readonly Role[],
): AsyncGenerator<InputRecord, void, undefined> {
  for await (const line of lines) {
    const record = parseRecord(line, roles);
    if (record !== undefined) yield record;
  }
}

/** A line that holds no text goes through as an empty one, which costs nothing, so that order and memory stay simple. */
async function* answerLines(
  firewall: Firewall,
  records: AsyncIterable<InputRecord>,
  role: Role,
  progress: Progress,
): AsyncGenerator<string, void, undefined> {
  const underWay: InputRecord[] = [];
  async function* items(): AsyncGenerator<ScreenItem, void, undefined> {
    for await (const record of records) {
      underWay.push(record);
      yield 'error' in record ? { text: '', role } : { text: record.text, role: record.role ?? role };
    }
  }
  for await (const verdict of firewall.screenMany(items())) {
    const record = underWay.shift() as InputRecord;
    const failed = 'error' in record || verdict.status === 'failed';
    progress.count(failed ? 'failed' : verdict.decision);
    yield `${JSON.stringify(answer(record, verdict))}\n`;
  }
}

/** What one line of the output holds. */
export function answer(record: InputRecord, verdict: Verdict): Record<string, unknown> {
  if ('error' in record) return { ...record, decision: 'block' };
  const { decision, score, kind, timing, status, reason, error } = verdict;
  const failure = status === 'failed' ? { error: error ?? { code: reason, message: 'The screen failed' } } : {};
  return { id: record.id, decision, score, kind, ms: Math.round(timing.total * 100) / 100, ...failure };
}
