/** One head learns a user's texts: prototypes, weights, n-grams, and a bias that keeps the false alarm rate. */
import type { Head, Preset } from '@alknet/firewall-core';
import { addNgrams, frequenciesOf } from './add-ngrams.ts';
import { addPrototypes } from './add-prototypes.ts';
import type { Example } from './example.ts';
import { holdLevel } from './hold-level.ts';
import { blockedShare, isWrong, lessonsOf, type Watched } from './lessons.ts';
import { refitWeights, withStatistics } from './refit-weights.ts';

/** What prototypes may cost: the share of known attacks that are blocked no more. */
const mostLost = 0.03;

/** N-grams lift harmless texts a little, the bias takes that off, and some text is not learnt any more: how often around. */
const mostRounds = 3;

/** Pure: the same head and texts give the same. A head with nothing to learn is returned as it is. */
export function learn(head: Head, preset: Preset, examples: readonly Example[], watched: Watched): Head {
  const lessons = lessonsOf(head, preset, examples);
  if (lessons.length === 0) return head;
  // The user's own texts that are decided rightly are watched as well.
  const right = examples.filter((example) => !isWrong(head, preset, example));
  const all: Watched = {
    harmless: [...watched.harmless, ...right.filter(({ label }) => label === 0)],
    attacks: [...watched.attacks, ...right.filter(({ label }) => label === 1)],
  };
  const finished = (taught: Head): Head =>
    withStatistics(addWords(head, refitWeights(taught, examples), preset, examples, all), examples);
  const blocked = blockedShare(head, preset, all.attacks);
  for (const company of ['alone', 'paired'] as const) {
    const learnt = finished(addPrototypes(head, lessons, all, company));
    if (blocked - blockedShare(learnt, preset, all.attacks) <= mostLost) return learnt;
  }
  return finished(head);
}

/** N-grams and the bias in turn, from the same table each time. */
function addWords(before: Head, head: Head, preset: Preset, examples: readonly Example[], watched: Watched): Head {
  const known = frequenciesOf(head.ngrams, watched);
  let start = holdLevel(before, head, watched.harmless);
  let learnt = start;
  for (let round = 0; round < mostRounds; round++) {
    learnt = holdLevel(before, addNgrams(start, preset, examples, known), watched.harmless);
    if (learnt.bias === start.bias) break;
    start = { ...start, bias: learnt.bias };
  }
  return learnt;
}
