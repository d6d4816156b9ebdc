/** Writes texts anew as people and attackers do: other case, typos, odd spacing, light disguises. Both labels alike, so that the form alone says nothing. */
import { byHash, type Random, seeded } from '../random.ts';
import type { Sample } from './sample.ts';

/** Longest text that is written anew, in code units; a longer one shows its form in a part anyway. */
const longest = 600;

type Change = (text: string, random: Random) => string;

/** What happens to a letter with this chance keeps the text readable. */
const typoRate = 0.04;
const disguiseRate = 0.35;

const typo: Change = (text, random) => {
  const letters = [...text];
  for (let i = 1; i < letters.length - 1; i++) {
    if (!/\p{L}/u.test(letters[i] as string) || random() >= typoRate) continue;
    const kind = random();
    if (kind < 0.4) [letters[i], letters[i + 1]] = [letters[i + 1] as string, letters[i] as string];
    else letters[i] = kind < 0.7 ? '' : `${letters[i]}${letters[i]}`;
  }
  return letters.join('');
};

/** Latin letters and the Cyrillic or Greek ones that look the same. */
const lookAlikes: Readonly<Record<string, string>> = { a: 'а', c: 'с', e: 'е', i: 'і', o: 'о', p: 'р', x: 'х', y: 'у' };
const digits: Readonly<Record<string, string>> = { a: '4', e: '3', i: '1', o: '0', s: '5', t: '7' };

const swapLetters =
  (table: Readonly<Record<string, string>>): Change =>
  (text, random) =>
    text.replace(/[a-z]/g, (letter) => (random() < disguiseRate ? (table[letter] ?? letter) : letter));

/** The full-width forms that East Asian keyboards type, U+FF01 to U+FF5E, and their space. */
const fullWidth: Change = (text) =>
  text
    .replace(/[!-~]/g, (character) => String.fromCodePoint(character.charCodeAt(0) + 0xfee0))
    .replaceAll(' ', '\u3000');

/** The bold sans-serif letters of mathematics, as social networks are full of: U+1D5D4 (A) and U+1D5EE (a). */
const mathematical: Change = (text) =>
  text.replace(/[A-Za-z]/g, (letter) => {
    const code = letter.charCodeAt(0);
    return String.fromCodePoint(code >= 97 ? 0x1d5ee + code - 97 : 0x1d5d4 + code - 65);
  });

const changes: readonly Change[] = [
  (text) => text.toUpperCase(),
  (text) => text.toLowerCase(),
  (text) => text.toLowerCase().replace(/[^\p{L}\p{N}\s]/gu, ''),
  (text) => text.replace(/(?<!\p{L})\p{Ll}/gu, (letter) => letter.toUpperCase()),
  typo,
  (text, random) => typo(text.toLowerCase(), random),
  (text, random) => text.replace(/ /g, () => (random() < 0.3 ? '  ' : ' ')),
  (text, random) => text.replace(/ /g, () => (random() < 0.2 ? '\n' : ' ')),
  swapLetters(lookAlikes),
  swapLetters(digits),
  (text, random) =>
    text.replace(/\p{L}(?=\p{L})/gu, (letter) => (random() < disguiseRate ? `${letter}\u200b` : letter)),
  (text) => Array.from(text.split(' '), (word) => [...word].join(' ')).join('   '),
  fullWidth,
  mathematical,
];

/**
 * Up to `count` texts of each label, each written anew in one way; chosen and changed by hash, so that the same samples
 * give the same texts. They stay in their own family, and the place of an attack is forgotten.
 */
export function augment(samples: readonly Sample[], count: number, seed: number): Sample[] {
  const short = samples.filter(({ text }) => text.length >= 12 && text.length <= longest);
  return ([0, 1] as const).flatMap((label) =>
    byHash(
      short.filter((sample) => sample.label === label),
      seed,
    )
      .slice(0, count)
      .map(({ item, hash }) => writeAnew(item, seeded(hash))),
  );
}

function writeAnew({ span: _, ...sample }: Sample, random: Random): Sample {
  const change = changes[Math.floor(random() * changes.length)] as Change;
  return {
    ...sample,
    id: `${sample.id}-anew`,
    source: `anew-${sample.label === 1 ? 'attacks' : 'harmless'}`,
    text: change(sample.text, random),
  };
}
