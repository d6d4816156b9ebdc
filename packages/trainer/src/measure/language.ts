/** Which group of languages a text belongs to: by the Unicode script of its letters, and by its row's `lang` where that says more. */
import type { Sample } from '../samples/sample.ts';

const scripts: readonly (readonly [group: string, letters: RegExp])[] = [
  ['Latin', /\p{Script=Latin}/gu],
  ['Cyrillic', /\p{Script=Cyrillic}/gu],
  ['Greek', /\p{Script=Greek}/gu],
  ['Arabic', /\p{Script=Arabic}/gu],
  ['Hebrew', /\p{Script=Hebrew}/gu],
  ['Devanagari', /\p{Script=Devanagari}/gu],
  ['Chinese, Japanese, Korean', /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/gu],
];
const anyLetter = /\p{Letter}/gu;

/**
 * The script most of the letters are of. Latin script is split by `lang`: English, another language, or not given, for
 * telling languages apart by their words would take a model of its own.
 *
 * @example
 * ```ts
 * languageGroup({ text: 'Привет, world', lang: 'ru' }); // 'Cyrillic'
 * languageGroup({ text: 'Hallo', lang: 'de' }); // 'Latin, not English'
 * ```
 */
export function languageGroup({ text, lang }: Pick<Sample, 'text' | 'lang'>): string {
  const letters = count(text, anyLetter);
  if (letters === 0) return 'no letters';
  const known = scripts.map(([group, pattern]) => ({ group, letters: count(text, pattern) }));
  const other = letters - known.reduce((sum, entry) => sum + entry.letters, 0);
  const most = known.reduce((best, entry) => (entry.letters > best.letters ? entry : best), {
    group: 'other scripts',
    letters: other,
  });
  return most.group === 'Latin' ? latinGroup(lang) : most.group;
}

function latinGroup(lang: string | undefined): string {
  if (lang === undefined) return 'Latin, language not given';
  return /^en\b/i.test(lang) ? 'English' : 'Latin, not English';
}

function count(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}
