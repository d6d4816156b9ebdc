/** A part of a long text. */
import type { Random } from '../random.ts';

/** A run of whole lines or sentences of at most `characters` code units, from a random place; a shorter text whole. */
export function runOf(text: string, characters: number, random: Random): string {
  if (text.length <= characters) return text;
  const latest = text.length - characters;
  const from = random() < 0.3 ? 0 : nextBreak(text, Math.floor(random() * latest));
  const end = nextBreak(text, Math.min(text.length, from + Math.floor(characters * 0.78)));
  return text.slice(from, Math.min(end, from + characters)).trim() || text.slice(0, characters);
}

function nextBreak(text: string, from: number): number {
  for (let i = from; i < Math.min(text.length, from + 300); i++) {
    if (text[i] === '\n' || (text[i] === ' ' && '.!?。'.includes(text[i - 1] ?? 'x'))) return i + 1;
  }
  return from;
}
