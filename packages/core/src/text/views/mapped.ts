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
  #length = 0;
  #units: Uint16Array;
  #starts: Uint32Array;
  #ends: Uint32Array;

  constructor(capacity: number) {
    this.#units = new Uint16Array(capacity + 16);
    this.#starts = new Uint32Array(capacity + 16);
    this.#ends = new Uint32Array(capacity + 16);
  }

  /** Appends text that stands for `start` to `end` of the source as a whole. */
  push(text: string, start: number, end: number): void {
    this.#reserve(text.length);
    for (let i = 0; i < text.length; i += 1) this.#put(text.charCodeAt(i), start, end);
  }

  /** Appends `start` to `end` of the source as it is, code unit by code unit. */
  copy(source: string, start: number, end: number): void {
    if (end <= start) return;
    this.#reserve(end - start);
    for (let i = start; i < end; i += 1) this.#put(source.charCodeAt(i), i, i + 1);
  }

  /** Appends another mapped text that has the same source. */
  append({ text, starts, ends }: Mapped): void {
    this.#reserve(text.length);
    for (let i = 0; i < text.length; i += 1) this.#put(text.charCodeAt(i), starts[i], ends[i]);
  }

  build(): Mapped {
    const length = this.#length;
    const text = textOf(this.#units.subarray(0, length));
    return { text, starts: this.#starts.subarray(0, length), ends: this.#ends.subarray(0, length) };
  }

  #put(unit: number, start: number, end: number): void {
    this.#units[this.#length] = unit;
    this.#starts[this.#length] = start;
    this.#ends[this.#length] = end;
    this.#length += 1;
  }

  #reserve(more: number): void {
    if (this.#length + more <= this.#units.length) return;
    const capacity = Math.max(this.#units.length * 2, this.#length + more);
    const units = new Uint16Array(capacity);
    const starts = new Uint32Array(capacity);
    const ends = new Uint32Array(capacity);
    units.set(this.#units);
    starts.set(this.#starts);
    ends.set(this.#ends);
    this.#units = units;
    this.#starts = starts;
    this.#ends = ends;
  }
}

/** So many arguments are safe to pass at once. */
const chunk = 8192;

function textOf(units: Uint16Array): string {
  let text = '';
  for (let at = 0; at < units.length; at += chunk) {
    // A spread would walk the array by its iterator, ten times slower.
    text += Reflect.apply(String.fromCharCode, null, units.subarray(at, at + chunk));
  }
  return text;
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
