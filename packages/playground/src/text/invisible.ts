/** Finds characters that take part in a text without being seen. */

/** A run of invisible characters, in UTF-16 code units. */
export interface InvisibleRun {
  readonly start: number;
  readonly end: number;
  /** How many characters, not code units. */
  readonly count: number;
  /** What they are, such as `tag characters`; of mixed ones the first. */
  readonly kind: string;
}

/** Code points, first and last. */
const ranges: readonly (readonly [kind: string, first: number, last: number])[] = [
  ['control characters', 0x00, 0x08],
  ['control characters', 0x0b, 0x0c],
  ['control characters', 0x0e, 0x1f],
  ['control characters', 0x7f, 0x9f],
  ['soft hyphens', 0xad, 0xad],
  ['joiners', 0x034f, 0x034f],
  ['directional marks', 0x061c, 0x061c],
  ['fillers', 0x115f, 0x1160],
  ['zero-width characters', 0x200b, 0x200d],
  ['directional marks', 0x200e, 0x200f],
  ['directional marks', 0x202a, 0x202e],
  ['zero-width characters', 0x2060, 0x2065],
  ['directional marks', 0x2066, 0x2069],
  ['zero-width characters', 0x206a, 0x206f],
  ['fillers', 0x3164, 0x3164],
  ['variation selectors', 0xfe00, 0xfe0f],
  ['zero-width characters', 0xfeff, 0xfeff],
  ['tag characters', 0xe0000, 0xe007f],
  ['variation selectors', 0xe0100, 0xe01ef],
];

/** Up to two joiners and presentation selectors belong to the spelling of an emoji or a script. */
const spelling: ReadonlySet<number> = new Set([0x200c, 0x200d, 0xfe0e, 0xfe0f]);
const longestSpelling = 2;

/** Every run, in order. */
export function invisibleRuns(text: string): InvisibleRun[] {
  const found: InvisibleRun[] = [];
  for (let at = 0; at < text.length; ) {
    const start = at;
    let count = 0;
    let isSpelling = true;
    for (let point = text.codePointAt(at) as number; kindOf(point); point = text.codePointAt(at) ?? 0x20) {
      isSpelling &&= spelling.has(point);
      count++;
      at += point > 0xffff ? 2 : 1;
    }
    const kind = kindOf(text.codePointAt(start) as number);
    if (kind && !(isSpelling && count <= longestSpelling)) found.push({ start, end: at, count, kind });
    // A low surrogate is never invisible, so one code unit further is safe.
    if (count === 0) at++;
  }
  return found;
}

function kindOf(point: number): string | undefined {
  if (point >= 0x20 && point < 0x7f) return undefined;
  return ranges.find(([, first, last]) => point >= first && point <= last)?.[0];
}
