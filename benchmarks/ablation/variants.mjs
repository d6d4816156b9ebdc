/** The rows of the ablation table, and the fits that they need. */

const all = [1, 2, 4, 8];
const activations = (pooling, layers = all) => ({ pooling, layers });
/** N-grams are scored over the same token ranges as the activations; a window's last token stands for the window. */
const ngrams = (pooling = 'segments') => ({ pooling: pooling === 'last' ? 'window' : pooling, layers: [] });
const both = (name, pooling, layers) => ({ name, parts: [activations(pooling, layers), ngrams(pooling)] });
const alone = (name, part) => ({ name, parts: [part] });

/** In the order of the table. */
export const mainRows = [
  both('segments, four layers and n-grams (shipped)', 'segments'),
  both('window mean, four layers and n-grams', 'window'),
  both("window's last token, four layers and n-grams", 'last'),
  alone('n-grams alone', ngrams()),
  alone('segments, four layers, no n-grams', activations('segments')),
  alone('window mean, four layers, no n-grams', activations('window')),
  alone("window's last token, four layers, no n-grams", activations('last')),
  ...all.map((layer) =>
    both(
      `shipped without layer ${layer}`,
      'segments',
      all.filter((other) => other !== layer),
    ),
  ),
  ...all.map((layer) => alone(`layer ${layer} alone, segments, no n-grams`, activations('segments', [layer]))),
];

/** What is compared between graphs. */
export const floatRows = [
  both('segments, four layers and n-grams', 'segments'),
  alone('segments, four layers, no n-grams', activations('segments')),
];

/** The parts whose scores a row adds up. */
export function partsOf({ parts }) {
  return parts;
}

/** Every fit that the rows need, once. */
export function jobsOf(rows, heads) {
  const parts = new Map(rows.flatMap(({ parts }) => parts).map((part) => [JSON.stringify(part), part]));
  return [...parts.values()].flatMap((part) => heads.map((head) => ({ ...part, head })));
}
