/** New prototypes: for each kind, and in each layer, the direction in which a user's texts differ from ordinary ones. */
import type { Head, LayerHead } from '@alknet/firewall-core';
import { type Place, strongestPlace, unitAt } from './example.ts';
import type { Lesson, Watched } from './lessons.ts';

/** Kinds of one label that get a prototype, the most frequent first. Each prototype is felt a little by every text. */
export const mostKinds = 8;

/** How much of the direction of ordinary texts is taken out. Chosen, as the rest here, on texts that no training had seen. */
const contrast = 0.5;

/** How prototypes are added: alone, or each with a counterpart of the other label in the same place. */
export type Company = 'alone' | 'paired';

/**
 * The head with one prototype a layer for each kind of attack and each kind of harmless text among the lessons. A paired one
 * says what a text is and leaves it to the n-grams whether it is one: texts in doubt, to which both are equally near, stay.
 */
export function addPrototypes(head: Head, lessons: readonly Lesson[], watched: Watched, company: Company): Head {
  const opposite = {
    1: watched.harmless.flatMap((text) => strongestPlace(head, text) ?? []),
    0: watched.attacks.flatMap((text) => strongestPlace(head, text) ?? []),
  };
  const layers = head.layers.map((layer, index) => {
    const ofLabel = (label: 0 | 1): readonly Prototype[] => {
      const away = meanDirection(opposite[label], index, layer.offset.length);
      return byKind(lessons.filter((lesson) => lesson.label === label)).map(([kind, group]) => {
        const towards = meanDirection(group, index, layer.offset.length);
        return { kind, unit: unitOf(towards.map((value, i) => value - contrast * (away[i] as number))) };
      });
    };
    const [attacks, harmless] = [ofLabel(1), ofLabel(0)];
    if (company === 'alone') return withPrototypes(layer, attacks, harmless);
    const counterparts = attacks.map(({ kind, unit }) => ({ kind: `harmless beside ${kind}`.slice(0, 80), unit }));
    return withPrototypes(layer, attacks, [...harmless, ...counterparts]);
  });
  return { ...head, layers };
}

interface Prototype {
  readonly kind: string;
  readonly unit: Float64Array;
}

/** Most frequent kinds first; kinds of one frequency in the order they came in. */
function byKind(lessons: readonly Lesson[]): [kind: string, group: Lesson[]][] {
  const groups = new Map<string, Lesson[]>();
  for (const lesson of lessons) {
    const group = groups.get(lesson.kind);
    if (group === undefined) groups.set(lesson.kind, [lesson]);
    else group.push(lesson);
  }
  return [...groups].sort(([, a], [, b]) => b.length - a.length).slice(0, mostKinds);
}

/** Zero where there are no places. */
function meanDirection(
  places: readonly Pick<Place, 'part' | 'row'>[],
  layer: number,
  dimensions: number,
): Float64Array {
  const mean = new Float64Array(dimensions);
  for (const { part, row } of places) {
    const unit = unitAt(part, layer, row);
    for (let i = 0; i < dimensions; i++) (mean[i] as number) += (unit[i] as number) / places.length;
  }
  return mean;
}

function unitOf(vector: Float64Array): Float64Array {
  const norm = Math.hypot(...vector) || 1;
  return vector.map((value) => value / norm);
}

/** Attack prototypes come first in a layer. */
function withPrototypes(layer: LayerHead, attacks: readonly Prototype[], harmless: readonly Prototype[]): LayerHead {
  const { prototypes, labels, attackPrototypes, offset } = layer;
  const border = attackPrototypes * offset.length;
  const values = (added: readonly Prototype[]): number[] => added.flatMap(({ unit }) => [...unit]);
  const kinds = (added: readonly Prototype[]): string[] => added.map(({ kind }) => kind);
  return {
    ...layer,
    prototypes: Float32Array.from([
      ...prototypes.subarray(0, border),
      ...values(attacks),
      ...prototypes.subarray(border),
      ...values(harmless),
    ]),
    labels: [
      ...labels.slice(0, attackPrototypes),
      ...kinds(attacks),
      ...labels.slice(attackPrototypes),
      ...kinds(harmless),
    ],
    attackPrototypes: attackPrototypes + attacks.length,
  };
}
