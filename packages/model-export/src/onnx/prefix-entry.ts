/** How a graph says which fixed tokens it has in front of every input: their ids, in its metadata, with commas between. */
import type { OnnxModel, StringStringEntry } from './model.ts';

const KEY = 'prefix';

/** The entry, or none where there are no such tokens. */
export function prefixEntry(prefix: readonly number[]): StringStringEntry[] {
  return prefix.length === 0 ? [] : [{ key: KEY, value: prefix.join(',') }];
}

/** The ids that a graph names. */
export function prefixOf({ metadata }: Pick<OnnxModel, 'metadata'>): number[] {
  return metadata.filter(({ key }) => key === KEY).flatMap(({ value }) => value.split(',').map(Number));
}
