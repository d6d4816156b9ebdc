/** New prototypes for a head, each where a user's texts lie in a layer's space. */
import type { Head, LayerHead } from '@alknet/firewall-core';
import { type Place, unitAt } from './example.ts';

/** A row to learn from: what it is, and where. */
export interface Lesson extends Pick<Place, 'part' | 'row'> {
  readonly label: 0 | 1;
  readonly kind: string;
}

/** Directions at least this near share a prototype. */
const sharedCosine = 0.9;

/** The head with a prototype, in every layer, for each group of lessons that lie together there. */
export function addPrototypes(head: Head, lessons: readonly Lesson[], most: number): Head {
  const layers = head.layers.map((layer, index) => {
    const added = ([1, 0] as const).map((label) => {
      const directions = lessons
        .filter((lesson) => lesson.label === label)
        .map(({ part, row, kind }) => ({ kind, unit: unitAt(part, index, row) }));
      return groupsOf(directions, most);
    });
    return withPrototypes(layer, added[0] as Group[], added[1] as Group[]);
  });
  return { ...head, layers };
}

interface Direction {
  readonly kind: string;
  readonly unit: Float64Array;
}

/** Directions of one kind that lie together, and the direction of their sum. */
interface Group extends Direction {
  readonly members: readonly Float64Array[];
}

/** At most `most` groups: where more would be needed, directions that are less near share one. */
function groupsOf(directions: readonly Direction[], most: number): Group[] {
  for (let cosine = sharedCosine; ; cosine -= 0.05) {
    const groups: Group[] = [];
    for (const direction of directions) {
      const at = groups.findIndex(({ kind, unit }) => kind === direction.kind && dot(unit, direction.unit) >= cosine);
      if (at < 0) groups.push({ ...direction, members: [direction.unit] });
      else groups[at] = joined(groups[at] as Group, direction.unit);
    }
    if (groups.length <= most || cosine < -1) return groups.slice(0, most);
  }
}

function joined(group: Group, unit: Float64Array): Group {
  const members = [...group.members, unit];
  const sum = group.unit.map((_, i) => members.reduce((total, member) => total + (member[i] as number), 0));
  const norm = Math.sqrt(dot(sum, sum)) || 1;
  return { ...group, members, unit: sum.map((value) => value / norm) };
}

/** Attack prototypes come first in a layer. */
function withPrototypes(layer: LayerHead, attacks: readonly Group[], harmless: readonly Group[]): LayerHead {
  const { prototypes, labels, attackPrototypes, offset } = layer;
  const border = attackPrototypes * offset.length;
  const values = (groups: readonly Group[]): number[] => groups.flatMap(({ unit }) => [...unit]);
  const kinds = (groups: readonly Group[]): string[] => groups.map(({ kind }) => kind);
  return {
    ...layer,
    prototypes: Float32Array.from([
      ...prototypes.subarray(0, border),
      ...values(attacks),
      ...prototypes.subarray(border),
      ...values(harmless),
    ]),
    labels: [...labels.slice(0, attackPrototypes), ...kinds(attacks), ...labels.slice(attackPrototypes), ...kinds(harmless)],
    attackPrototypes: attackPrototypes + attacks.length,
  };
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}
