import fc from 'fast-check';
import { parse, stringify } from 'smol-toml';
import { expect, it } from 'vitest';
import { lineAndColumn, tomlPlaces } from './toml-places.ts';

const placeOf = (source: string, key: string, at: 'key' | 'value' = 'key'): string => {
  const place = tomlPlaces(source).get(key);
  if (!place) return 'not found';
  const { line, column } = lineAndColumn(source, place[at]);
  return `${line}:${column}`;
};

it.each([
  ['a = 1', 'a', '1:1', '1:5'],
  ['\r\n  "a" = \'x\'\r\nb=2', 'b', '3:1', '3:3'],
  ['# a = 1\n\ta\t=\t1', 'a', '2:2', '2:6'],
  ['x = "a = 1 \\" b"\na = 2', 'a', '2:1', '2:5'],
  ['x = """\na = 1\n\\"""b=2"""""\na = 2', 'a', '4:1', '4:5'],
  ["x = '''\na = 1'''''\na = 2", 'a', '3:1', '3:5'],
  ['x = [ [1, { a = 1 }],\n "]" ]\na = 2', 'a', '3:1', '3:5'],
  ['[t]\n["u".v]\na.b = 1', 'u.v.a.b', '3:3', '3:7'],
  ['t = { a = { b = 1, "c d" = 2 } }', 't.a.c d', '1:20', '1:28'],
  ['[[t]]\na=1\n[[t]]\na=2', 't.a', '2:1', '4:3'],
  ['a = 1979-05-27 07:32:00.5 # c\nb = +1.5e-3', 'b', '2:1', '2:5'],
  ['"\\u0061" = 1', 'a', '1:1', '1:12'],
])('finds the key and the value in %j', (source, key, keyPlace, valuePlace) => {
  expect(placeOf(source, key)).toBe(keyPlace);
  expect(placeOf(source, key, 'value')).toBe(valuePlace);
});

it('ends where a text breaks off', () => {
  for (const source of ['[', '[[[', 'a', 'a =', 'a = [', 'a = {', '= = =', '}', 'a = [}', '\u0000', '. . .']) {
    expect(() => tomlPlaces(source)).not.toThrow();
  }
});

it('finds every key of any document', () => {
  const value = fc.oneof(fc.string(), fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.boolean());
  const key = fc.oneof(fc.stringMatching(/^[a-z]{1,3}$/), fc.string({ minLength: 1 }));
  const tree = fc.letrec((tie) => ({
    table: fc.dictionary(key, fc.oneof(value, fc.array(value, { maxLength: 3 }), tie('table')), {
      maxKeys: 4,
      noNullPrototype: true,
    }),
  })).table;
  fc.assert(
    fc.property(tree, (table) => {
      const source = stringify(table);
      const places = tomlPlaces(source);
      const check = (node: object, path: readonly string[]): void => {
        for (const [name, child] of Object.entries(node)) {
          const place = places.get([...path, name].join('.'));
          expect(place, source).toBeDefined();
          if (typeof child === 'object' && !Array.isArray(child)) check(child, [...path, name]);
        }
      };
      check(parse(source), []);
    }),
    { numRuns: 200 },
  );
});
