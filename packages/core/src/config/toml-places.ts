/** Where each key of a TOML document stands, which smol-toml does not say. */

import { parse } from 'smol-toml';

/** Offsets into the source: of a key as first written, and of the value given to it. */
export interface TomlPlace {
  readonly key: number;
  readonly value: number;
}

const token =
  /[ \t\r]+|#[^\n]*|\n|"""(?:\\[\s\S]|[^\\])*?"""(?!")|'''[\s\S]*?'''(?!')|"(?:\\.|[^"\\\n])*"|'[^'\n]*'|[[\]{}=,.]|[^\s#"'[\]{}=,.]+|[\s\S]/gy;

/** Scans a document that smol-toml has accepted (so no error is looked for). Keys are dotted paths. */
export function tomlPlaces(source: string): Map<string, TomlPlace> {
  const places = new Map<string, TomlPlace>();
  const tokens = [...source.matchAll(token)]
    .map((match) => ({ text: match[0], at: match.index }))
    .filter(({ text }) => !/^[ \t\r#]/.test(text));
  const end = { text: '', at: source.length };
  let next = 0;
  const peek = (): string => (tokens[next] ?? end).text;
  const take = (): { text: string; at: number } => tokens[next++] ?? end;

  const key = (table: readonly string[]): string[] => {
    const path = [...table];
    do {
      const { text, at } = take();
      path.push(keyName(text));
      if (!places.has(path.join('.'))) places.set(path.join('.'), { key: at, value: at });
    } while (peek() === '.' && take());
    return path;
  };
  const pair = (table: readonly string[]): void => {
    const path = key(table);
    take(); // =
    const dotted = path.join('.');
    places.set(dotted, { key: places.get(dotted)?.key ?? 0, value: (tokens[next] ?? end).at });
    value(path);
  };
  const value = (path: readonly string[]): void => {
    const open = take().text;
    if (open === '{' || open === '[') {
      while (peek() && peek() !== '}' && peek() !== ']') {
        if (peek() === '\n' || peek() === ',') take();
        else if (open === '{') pair(path);
        else value(path);
      }
      take();
    } else while (peek() && !'\n,]}'.includes(peek())) take();
  };

  let table: string[] = [];
  while (peek()) {
    if (peek() === '\n') take();
    else if (peek() === '[') {
      while (peek() === '[') take();
      table = key([]);
      while (peek() === ']') take();
    } else pair(table);
  }
  return places;
}

/** Line and column, from 1, of an offset. */
export function lineAndColumn(source: string, offset: number): { line: number; column: number } {
  const before = source.slice(0, offset);
  return { line: before.split('\n').length, column: offset - before.lastIndexOf('\n') };
}

function keyName(text: string): string {
  return /^["']/.test(text) ? String(parse(`key = ${text}`).key) : text;
}
