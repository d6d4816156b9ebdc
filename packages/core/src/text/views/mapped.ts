/** A text made from another one, with the place in the other that each of its code units came from. */

/** `text[i]` came from the code units `starts[i]` to `ends[i]` of the source. */
export interface Mapped {
  readonly text: string;
  /** [text.length] */
  readonly starts: Uint32Array;
  /** [text.length] */
  readonly ends: Uint32Array;
}

/** A piece of a text that reads otherwise: what it says, and where it stands. */
export interface Reading {
  readonly start: number;
  readonly end: number;
  /** Mapped to the text that the piece stands in; a string where the piece says it as a whole. */
  readonly says: Mapped | string;
}

/** Builds a mapped text from left to right. */
export class MappedBuilder {
  #text = '';
  #starts: Uint32Array;
  #ends: Uint32Array;

  constructor(capacity: number) {
    this.#starts = new Uint32Array(capacity + 16);
    this.#ends = new Uint32Array(capacity + 16);
  }

  get length(): number {
    return this.#text.length;
  }

  /** Appends text that stands for `start` to `end` of the source as a whole. */
  push(text: string, start: number, end: number): void {
    const at = this.#text.length;
    this.#reserve(at + text.length);
    for (let i = 0; i < text.length; i += 1) {
      this.#starts[at + i] = start;
      this.#ends[at + i] = end;
    }
    this.#text += text;
  }

  /** Appends `start` to `end` of the source as it is, code unit by code unit. */
  copy(source: string, start: number, end: number): void {
    const at = this.#text.length;
    this.#reserve(at + end - start);
    for (let i = start; i < end; i += 1) {
      this.#starts[at + i - start] = i;
      this.#ends[at + i - start] = i + 1;
    }
    this.#text += source.slice(start, end);
  }

  /** Appends a part of another mapped text that has the same source. */
  append(other: Mapped, from = 0, to: number = other.text.length): void {
    const at = this.#text.length;
    this.#reserve(at + to - from);
    this.#starts.set(other.starts.subarray(from, to), at);
    this.#ends.set(other.ends.subarray(from, to), at);
    this.#text += other.text.slice(from, to);
  }

  build(): Mapped {
    const length = this.#text.length;
    return { text: this.#text, starts: this.#starts.subarray(0, length), ends: this.#ends.subarray(0, length) };
  }

  #reserve(length: number): void {
    if (length <= this.#starts.length) return;
    const capacity = Math.max(this.#starts.length * 2, length);
    const starts = new Uint32Array(capacity);
    const ends = new Uint32Array(capacity);
    starts.set(this.#starts);
    ends.set(this.#ends);
    this.#starts = starts;
    this.#ends = ends;
  }
}

/** The text as its own source. */
export function identity(text: string): Mapped {
  const builder = new MappedBuilder(text.length);
  builder.copy(text, 0, text.length);
  return builder.build();
}

/** `after` was made from `before.text`: the same text, mapped to the source of `before`. */
export function compose(before: Mapped, after: Mapped): Mapped {
  const length = after.text.length;
  const starts = new Uint32Array(length);
  const ends = new Uint32Array(length);
  for (let i = 0; i < length; i += 1) {
    if (after.ends[i] === after.starts[i] + 1) {
      starts[i] = before.starts[after.starts[i]];
      ends[i] = before.ends[after.starts[i]];
    } else [starts[i], ends[i]] = sourceSpan(before, after.starts[i], after.ends[i]);
  }
  return { text: after.text, starts, ends };
}

/** The smallest span of the source that holds everything that `start` to `end` came from. */
export function sourceSpan({ starts, ends }: Mapped, start: number, end: number): [start: number, end: number] {
  const from = Math.max(0, Math.min(start, starts.length));
  const to = Math.max(from, Math.min(end, starts.length));
  if (from === to) {
    const at = from < starts.length ? starts[from] : from > 0 ? ends[from - 1] : 0;
    return [at, at];
  }
  let low = starts[from];
  let high = ends[from];
  // What was reversed comes from right to left.
  for (let i = from + 1; i < to; i += 1) {
    if (starts[i] < low) low = starts[i];
    if (ends[i] > high) high = ends[i];
  }
  return [low, high];
}

/** What stands around a reading is kept this far, in code units: the model reads the piece in its sentence. */
const context = 160;

/**
 * The text with its readings in place. What is further than `context` from all of them is left out: the raw view has it.
 * Readings must be in order and not overlap.
 */
export function inPlace(text: string, readings: readonly Reading[]): Mapped {
  const builder = new MappedBuilder(text.length);
  let at = Math.max(0, readings.length > 0 ? readings[0].start - context : 0);
  for (const { start, end, says } of readings) {
    if (start - at > 2 * context) {
      builder.copy(text, at, at + context);
      builder.push('\n', at + context, start - context);
      at = start - context;
    }
    builder.copy(text, at, start);
    if (typeof says === 'string') builder.push(says, start, end);
    else builder.append(says);
    at = end;
  }
  builder.copy(text, at, Math.min(text.length, at + context));
  return builder.build();
}
