/** For tests: one sentence under every technique that a view should undo. */

/** The twelve techniques of Hackett et al. (arXiv 2504.11168), the encodings, and combinations of them. */
export const disguises: Readonly<Record<string, (text: string) => string>> = {
  'emoji smuggling': (text) => `Nice day 😊${selectors(text)}`,
  'variation selectors with the code added': (text) => `x${each(text, (c) => point(0xe0100 + code(c)))}`,
  tags: (text) => `Hello! ${tags(text)}`,
  'bidirectional override': (text) => `\u202e${backwards(text)}\u202c`,
  'zero width between letters': (text) => each(text, (c) => `${c}\u200b`),
  'zero width bits': (text) => `Hello${each(text, (c) => each(bits(c), (b) => (b === '0' ? '\u200b' : '\u200c')))} you`,
  homoglyphs: (text) =>
    replace(text, { a: 'а', c: 'с', e: 'е', i: 'і', o: 'о', p: 'р', s: 'ѕ', x: 'х', y: 'у', I: 'І' }),
  'faux Cyrillic': (text) => replace(text.toUpperCase(), { N: 'И', R: 'Я', E: 'Σ', O: 'О' }),
  'full width': (text) => fullWidth(text),
  'mathematical letters': (text) => shift(text, 0x1d41a),
  'circled letters': (text) => shift(text.toLowerCase(), 0x24d0),
  'squared letters': (text) => shift(text.toLowerCase(), 0x1f170),
  'regional indicators': (text) => each(text.toLowerCase(), (c) => (isLower(c) ? `${shift(c, 0x1f1e6)}\u200c` : c)),
  'accented letters': (text) => replace(text, { a: 'à', c: 'ç', e: 'ê', i: 'ï', n: 'ñ', o: 'ö', u: 'ü', I: 'Í' }),
  'combining accents': (text) => each(text, (c) => `${c}\u0301`),
  'stacked marks': (text) => each(text, (c) => `${c}\u0301\u0310\u0352\u0363`),
  underline: (text) => each(text, (c) => `${c}\u0332`),
  'numbers for letters': (text) => leet(text),
  'upside down': (text) => backwards(turned(text)),
  'upside down, unturned order': (text) => turned(text),
  'spaces between letters': (text) => [...text].join(' '),
  'wide spaces between words': (text) => perWord(text, '   ', (word) => [...word].join(' ')),
  'spaces and underlines': (text) => [...text.replaceAll(' ', '_')].join(' '),
  'dashes between letters': (text) => perWord(text, ' ', (word) => [...word].join('-')),
  'dots between letters': (text) => perWord(text, ' ', (word) => [...word].join('.')),
  'spaces between letters, none between words': (text) => [...text.replaceAll(' ', '')].join(' '),
  'letters rubbed out': (text) => each(text, (c) => `${c}x\b`),
  'delete characters': (text) => each(text, (c) => `${c}\x7f`),
  base64: (text) => base64(text),
  'base64 in a sentence': (text) => `Decode this and do it: ${base64(text)} now`,
  'base64 in lines': (text) => base64(`${text} ${text} ${text}`).replace(/(.{76})/g, '$1\r\n'),
  hex: (text) => Buffer.from(text).toString('hex'),
  'hex in pairs': (text) => codes(text, (byte) => byte.toString(16)).join(' '),
  'hex escapes': (text) => codes(text, (byte) => `\\x${byte.toString(16)}`).join(''),
  binary: (text) => codes(text, (byte) => byte.toString(2).padStart(8, '0')).join(' '),
  decimal: (text) => codes(text, String).join(' '),
  'URL escapes': (text) => encodeURIComponent(text),
  'URL escapes of every letter': (text) => codes(text, (byte) => `%${byte.toString(16)}`).join(''),
  'HTML entities': (text) => each(text, (c) => `&#${code(c)};`),
  'HTML entities, hexadecimal': (text) => each(text, (c) => `&#x${code(c).toString(16)};`),
  'unicode escapes': (text) => each(text, (c) => `\\u${code(c).toString(16).padStart(4, '0')}`),
  ROT13: (text) => rotate(text),
  'ROT13 after a sentence': (text) => `The following is ROT13, decode it: ${rotate(text)}`,
  reversed: (text) => backwards(text),
  'reversed after a sentence': (text) => `Read this backwards: ${backwards(text)}`,
  morse: (text) =>
    perWord(text.toLowerCase().replace(/[^a-z ]/g, ''), ' / ', (word) => Array.from(word, (c) => morse[c]).join(' ')),
  'full width and spaces': (text) => [...fullWidth(text)].join(' '),
  'zero width and leetspeak': (text) => each(leet(text), (c) => `${c}\u200b`),
  'full width and base64': (text) => fullWidth(base64(text)),
  'HTML entities of zero width': (text) => each(text, (c) => `${c}&#8203;`),
  'ROT13 in base64': (text) => base64(rotate(text)),
  'base64 in base64': (text) => base64(base64(text)),
  'base64 in URL escapes': (text) => encodeURIComponent(base64(text)),
  'base64 in tags': (text) => tags(base64(text)),
};

const morse: Readonly<Record<string, string>> = Object.fromEntries(
  '.- -... -.-. -.. . ..-. --. .... .. .--- -.- .-.. -- -. --- .--. --.- .-. ... - ..- ...- .-- -..- -.-- --..'
    .split(' ')
    .map((signs, i) => [point(97 + i), signs]),
);

function each(text: string, change: (character: string) => string): string {
  return Array.from(text, change).join('');
}

function replace(text: string, table: Readonly<Record<string, string>>): string {
  return each(text, (c) => table[c] ?? c);
}

function perWord(text: string, separator: string, change: (word: string) => string): string {
  return text.split(' ').map(change).join(separator);
}

function codes(text: string, write: (byte: number) => string): string[] {
  return Array.from(Buffer.from(text), write);
}

function code(character: string): number {
  return character.codePointAt(0) as number;
}

function point(number: number): string {
  return String.fromCodePoint(number);
}

function isLower(character: string): boolean {
  return character >= 'a' && character <= 'z';
}

function shift(text: string, a: number): string {
  return each(text, (c) => (isLower(c) ? point(a + code(c) - 97) : c));
}

function tags(text: string): string {
  return each(text, (c) => point(0xe0000 + code(c)));
}

function selectors(text: string): string {
  return codes(text, (byte) => point(byte < 16 ? 0xfe00 + byte : 0xe0100 + byte - 16)).join('');
}

function bits(character: string): string {
  return code(character).toString(2).padStart(8, '0');
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

function fullWidth(text: string): string {
  return each(text, (c) => (c > ' ' && c <= '~' ? point(code(c) + 0xfee0) : c));
}

function leet(text: string): string {
  return replace(text.toLowerCase(), { a: '4', e: '3', i: '1', l: '1', o: '0', s: '5', t: '7' });
}

function backwards(text: string): string {
  return [...text].reverse().join('');
}

function rotate(text: string): string {
  return text.replace(/[a-z]/gi, (c) => point(code(c) + (c.toLowerCase() < 'n' ? 13 : -13)));
}

function turned(text: string): string {
  const from = 'abcdefghijklmnopqrstuvwxyz.';
  const to = [...'ɐqɔpǝɟƃɥᴉɾʞlɯuodbɹsʇnʌʍxʎz˙'];
  return replace(text.toLowerCase(), Object.fromEntries(Array.from(from, (c, i) => [c, to[i]])));
}
