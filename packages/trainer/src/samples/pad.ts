/** Hides attacks on a user's turn in long harmless texts, at known positions: length must not be a way around the guard. */
import { byHash, mix, type Random, seeded } from '../random.ts';
import { hostsByScript } from './hosts.ts';
import { placesIn } from './placement.ts';
import { runOf } from './run-of.ts';
import type { Sample } from './sample.ts';

/** Longest attack that is padded, and shortest and longest padding, in code units. */
const attackCharacters = 400;
const padding = { shortest: 400, longest: 4000 };

const separators = ['\n', '\n\n', ' ', '\n\n---\n\n'];

/** Up to `count` of the attacks, each in a long text; beside every second that text alone. Chosen and paired by hash. */
export function pad(attacks: readonly Sample[], harmless: readonly Sample[], count: number, seed: number): Sample[] {
  const long = harmless.filter(({ text }) => text.length >= padding.shortest);
  if (long.length === 0) return [];
  const hosts = hostsByScript(long, seed);
  const short = attacks.filter(({ text }) => text.length <= attackCharacters);
  return byHash(short, seed)
    .slice(0, count)
    .flatMap(({ item: attack, hash }) => {
      const random = seeded(mix(hash, seed));
      const host = hosts(attack.text, hash);
      // Even on a log scale: short paddings are the more frequent, long ones are not left out.
      const characters = padding.shortest * (padding.longest / padding.shortest) ** random();
      const text = runOf(host.text, Math.round(characters), random);
      const [before, after] = split(text, random);
      const separator = separators[Math.floor(random() * separators.length)] as string;
      const head = before === '' ? '' : before + separator;
      const span = [head.length, head.length + attack.text.length] as const;
      const padded = head + attack.text + (after === '' ? '' : separator + after);
      const id = `${attack.id}-padded`;
      const poisoned: Sample = { ...attack, id, text: padded, source: 'padded-attacks', span };
      if (hash % 2 === 0) return [poisoned];
      return [poisoned, { ...host, id: `${id}-clean`, text, source: 'padded-clean' }];
    });
}

/** The text in two parts: the attack comes last as often as not, first in a fifth, and somewhere between in the rest. */
function split(text: string, random: Random): [before: string, after: string] {
  const kind = random();
  if (kind < 0.5) return [text, ''];
  if (kind < 0.7) return ['', text];
  const places = placesIn(text);
  const { at } = places[Math.floor(random() * places.length)] as (typeof places)[number];
  return [text.slice(0, at).trimEnd(), text.slice(at).trimStart()];
}
