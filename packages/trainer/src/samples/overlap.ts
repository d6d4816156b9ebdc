/** Drops training texts that stand near an evaluation text: shared word 8-grams, or shared character 5-grams in short texts. */

/** Words a shingle has, and the share of a text's shingles found in one evaluation text that makes it a near copy. */
const shingleWords = 8;
const shingleShare = 0.6;
/** Below this many characters, character 5-grams are compared too; their Jaccard similarity of a near copy. */
const shortCharacters = 400;
const gramCharacters = 5;
const gramSimilarity = 0.7;

/** Says whether a text is a near copy of one of the evaluation texts. */
export type NearCopyTest = (text: string) => boolean;

/** Indexes the evaluation texts once; the test is then linear in the text. */
export function nearCopiesOf(evaluation: readonly string[]): NearCopyTest {
  const shingles = index(evaluation, wordShingles);
  const short = evaluation.filter((text) => text.length < shortCharacters);
  const grams = index(short, characterGrams);
  return (text) => {
    const words = wordShingles(text);
    const overlap = mostShared(words, shingles);
    if (words.size > 0 && overlap.shared / Math.min(words.size, overlap.size || 1) > shingleShare) return true;
    if (text.length >= shortCharacters) return false;
    const characters = characterGrams(text);
    const { shared, size } = mostShared(characters, grams);
    return shared / (characters.size + size - shared || 1) >= gramSimilarity;
  };
}

interface Index {
  readonly owners: ReadonlyMap<string, readonly number[]>;
  readonly sizes: readonly number[];
}

function index(texts: readonly string[], features: (text: string) => Set<string>): Index {
  const owners = new Map<string, number[]>();
  const sizes = texts.map((text, owner) => {
    const own = features(text);
    for (const feature of own) {
      const list = owners.get(feature);
      if (list === undefined) owners.set(feature, [owner]);
      else list.push(owner);
    }
    return own.size;
  });
  return { owners, sizes };
}

/** The evaluation text that shares the most features. */
function mostShared(features: Set<string>, { owners, sizes }: Index): { shared: number; size: number } {
  const counts = new Map<number, number>();
  for (const feature of features)
    for (const owner of owners.get(feature) ?? []) counts.set(owner, (counts.get(owner) ?? 0) + 1);
  let shared = 0;
  let size = 0;
  for (const [owner, count] of counts) {
    if (count > shared) {
      shared = count;
      size = sizes[owner] as number;
    }
  }
  return { shared, size };
}

function normalise(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

function wordShingles(text: string): Set<string> {
  const words = normalise(text).split(' ');
  const out = new Set<string>();
  for (let i = 0; i + shingleWords <= words.length; i++) out.add(words.slice(i, i + shingleWords).join(' '));
  return out;
}

function characterGrams(text: string): Set<string> {
  const flat = normalise(text);
  const out = new Set<string>();
  for (let i = 0; i + gramCharacters <= flat.length; i++) out.add(flat.slice(i, i + gramCharacters));
  return out;
}
