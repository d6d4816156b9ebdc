/** `npm run corpus:report`: counts of the own training texts, distinct word 5-grams, and how alike nearest neighbours are. */
import { readCorpus } from '@alknet/firewall-trainer';

const corpus = await readCorpus();
const grams = (text, size) => {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  return new Set(
    Array.from({ length: Math.max(0, words.length - size + 1) }, (_, i) => words.slice(i, i + size).join(' ')),
  );
};

const attacksOf = (texts) => texts.filter(({ label }) => label === 1).length;
const languages = new Set(corpus.map(({ lang }) => lang?.split('-')[0]));
console.log(
  `${corpus.length} texts: ${attacksOf(corpus)} attacks and orders, ${corpus.length - attacksOf(corpus)} harmless, ${languages.size} languages\n`,
);
console.log(
  '| file | texts | attacks | median characters | distinct 5-grams / all | nearest neighbour: median, 95 % (Jaccard of word 2-grams) |',
);
console.log('|---|---|---|---|---|---|');
for (const source of [...new Set(corpus.map((sample) => sample.source))]) {
  const texts = corpus.filter((sample) => sample.source === source);
  const all = texts.flatMap(({ text }) => [...grams(text, 5)]);
  const lengths = texts.map(({ text }) => text.length).sort((a, b) => a - b);
  const sets = texts.map(({ text }) => grams(text, 2));
  const nearest = sets
    .map((a, i) => sets.reduce((best, b, j) => (i === j ? best : Math.max(best, jaccard(a, b))), 0))
    .sort((a, b) => a - b);
  console.log(
    `| ${source} | ${texts.length} | ${attacksOf(texts)} | ${lengths[lengths.length >> 1]} | ${new Set(all).size} / ${all.length} | ${nearest[nearest.length >> 1].toFixed(3)}, ${nearest[Math.floor(nearest.length * 0.95)].toFixed(3)} |`,
  );
}

function jaccard(a, b) {
  if (a.size === 0 || b.size === 0) return 0;
  let shared = 0;
  for (const gram of a) if (b.has(gram)) shared++;
  return shared / (a.size + b.size - shared);
}
