/** Text in tag characters (U+E0000-E007F), which no screen shows and every model reads. */

import { pointAt, width } from './characters.ts';
import { type Mapped, MappedBuilder } from './mapped.ts';
import { isHiddenText } from './payload.ts';

/** The flags of England, Scotland, Wales, Texas, and California: a black flag, tags, and the cancel tag. */
const subRegions: ReadonlySet<string> = new Set(['gbeng', 'gbsct', 'gbwls', 'ustx', 'usca']);
const blackFlag = 0x1f3f4;
const cancelTag = 0xe007f;

/** What the tag characters say, flags left out, when that is words. */
export function readTagCharacters(text: string): Mapped | undefined {
  // Every tag character begins with this surrogate and one of two others.
  if (!text.includes('\udb40')) return undefined;
  const builder = new MappedBuilder(64);
  let before = 0;
  for (let at = 0; at < text.length; ) {
    const point = pointAt(text, at);
    if (!isTag(point)) {
      before = point;
      at += width(point);
      continue;
    }
    let end = at;
    while (end < text.length && isTag(pointAt(text, end))) end += 2;
    const isFlag = before === blackFlag && subRegions.has(spell(text, at, end));
    if (!isFlag) {
      for (let i = at; i < end; i += 2) {
        const tag = pointAt(text, i);
        if (tag !== cancelTag && isSpelling(tag)) builder.push(String.fromCharCode(tag - 0xe0000), i, i + 2);
      }
    }
    at = end;
  }
  const said = builder.build();
  return isHiddenText(said.text) ? said : undefined;
}

function isTag(point: number): boolean {
  return point >= 0xe0000 && point <= 0xe007f;
}

function isSpelling(tag: number): boolean {
  return tag >= 0xe0020 || tag === 0xe0009 || tag === 0xe000a || tag === 0xe000d;
}

/** A flag's tags, without the cancel tag that ends it; empty when nothing ends it. Flags are short. */
function spell(text: string, start: number, end: number): string {
  if (end - start > 16 || pointAt(text, end - 2) !== cancelTag) return '';
  let spelled = '';
  for (let i = start; i < end - 2; i += 2) spelled += String.fromCharCode(pointAt(text, i) - 0xe0000);
  return spelled;
}
