/** Single characters as a person sees them: compatibility forms plain, invisible ones out, stacked marks off. */

import {
  invisible,
  isAsciiLetter,
  isLetter,
  kindOf,
  latin,
  mark,
  pictograph,
  pointAt,
  space,
  width,
} from './characters.ts';
import { type Mapped, MappedBuilder } from './mapped.ts';

/** More marks than any language writes on one letter. */
const mostMarks = 2;

/** One pass by code point: NFKC, without what is invisible, and without marks that no spelling uses. */
export function plainCharacters(text: string, techniques: Set<string>): Mapped | undefined {
  if (!/[^\t\n\r\x20-\x7e]/.test(text)) return undefined;
  const builder = new MappedBuilder(text.length);
  let changed = false;
  let base = space; // kind of the last character that is no mark
  let marks = 0; // marks on it so far
  for (let at = 0; at < text.length; ) {
    const point = pointAt(text, at);
    const end = at + width(point);
    const kind = point < 0x80 && isAsciiLetter(point) ? latin : kindOf(point);
    const onLatin = kind === mark && base === latin;
    if (kind === invisible && !joins(point, base)) {
      changed = true;
      if (base === latin) techniques.add('zero-width');
    } else if (onLatin && (isDecoration(point) || marks >= mostMarks)) {
      changed = true;
      techniques.add('marks');
    } else {
      const plain = point < 0x80 ? undefined : compatible(text.slice(at, end));
      if (plain === undefined) builder.copy(text, at, end);
      else {
        changed = true;
        if (kind !== space && /[a-z]/i.test(plain)) techniques.add('full-width');
        builder.push(plain, at, end);
      }
      marks = kind === mark ? marks + 1 : 0;
      if (kind !== mark && kind !== invisible) base = plain === undefined ? kind : kindOf(pointAt(plain, 0));
    }
    at = end;
  }
  return changed ? builder.build() : undefined;
}

/** Joiners and one presentation selector are spelling in scripts other than Latin, and in emoji. */
function joins(point: number, base: number): boolean {
  const isJoiner = point === 0x200c || point === 0x200d || point === 0xfe0e || point === 0xfe0f;
  if (!isJoiner) return false;
  return base === pictograph ? point !== 0x200c : base !== latin && isLetter(base);
}

/** Lines through, under and around letters: U+0305, U+0332-0338, U+033F, double marks, U+20D0-20F0, half marks. */
function isDecoration(point: number): boolean {
  if (point === 0x0305 || point === 0x033f || (point >= 0x0332 && point <= 0x0338)) return true;
  if (point >= 0x0346 && point <= 0x0362) return true;
  return (point >= 0x20d0 && point <= 0x20f0) || (point >= 0xfe20 && point <= 0xfe2f);
}

/** Ligatures of whole phrases (U+FDFA has eighteen letters) stay: they would make a text many times longer (CWE-409). */
const longestForm = 6;
const compatibleForms: Map<string, string> = new Map();
/** Bounds the memory of the forms remembered (CWE-770); a text rarely holds more than a few hundred. */
const mostForms = 4096;

function compatible(character: string): string | undefined {
  let plain = compatibleForms.get(character);
  if (plain === undefined) {
    plain = character.normalize('NFKC');
    // An accent that stands alone (U+02D9, U+00B4) would become a space and a mark on it.
    if (plain.length > longestForm || (plain.length > 1 && plain.startsWith(' '))) plain = character;
    if (compatibleForms.size < mostForms) compatibleForms.set(character, plain);
  }
  return plain === character ? undefined : plain;
}
