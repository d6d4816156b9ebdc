/** The disguises of Hackett et al. (arXiv 2504.11168) and the common encodings, each a pure function of the text. */

const letters = 'abcdefghijklmnopqrstuvwxyz';
const each = (text, change) => [...text].map(change).join('');
const table = (targets) => (text) =>
  each(text, (c) => targets[letters.indexOf(c)] ?? targets[letters.indexOf(c.toLowerCase())] ?? c);
const hidden = (text, encode) => `Nice weather today. ${encode(text)}`;

const cyrillic = { a: 'а', c: 'с', e: 'е', i: 'і', j: 'ј', o: 'о', p: 'р', s: 'ѕ', x: 'х', y: 'у' };
const digits = { a: '4', e: '3', i: '1', o: '0', s: '5', t: '7' };
const morse =
  '.- -... -.-. -.. . ..-. --. .... .. .--- -.- .-.. -- -. --- .--. --.- .-. ... - ..- ...- .-- -..- -.-- --..'.split(
    ' ',
  );
const upside = [...'ɐqɔpǝɟƃɥᴉɾʞlɯuodbɹsʇnʌʍxʎz'];
const fullWidth = (c) => (c >= '!' && c <= '~' ? String.fromCodePoint(c.codePointAt(0) + 0xfee0) : c);

/** Name to disguise. */
export const techniques = {
  'emoji smuggling': (text) =>
    hidden(
      text,
      (t) =>
        `😀${[...Buffer.from(t)].map((b) => String.fromCodePoint(b < 16 ? 0xfe00 + b : 0xe0100 + b - 16)).join('')}`,
    ),
  'unicode tags': (text) =>
    hidden(text, (t) => each(t, (c) => (c >= ' ' && c <= '~' ? String.fromCodePoint(0xe0000 + c.codePointAt(0)) : ''))),
  'bidirectional text': (text) => `\u202e${[...text].reverse().join('')}\u202c`,
  'zero width': (text) => each(text, (c) => `${c}\u200b`),
  homoglyphs: (text) => each(text, (c) => cyrillic[c] ?? c),
  'full width': (text) => each(text, fullWidth),
  diacritics: (text) => each(text, (c) => (/[aeiou]/.test(c) ? `${c}\u0301`.normalize('NFC') : c)),
  'numbers for letters': (text) => each(text, (c) => digits[c.toLowerCase()] ?? c),
  'upside down': (text) => [...table(upside)(text)].reverse().join(''),
  spacing: (text) => [...text].join(' '),
  'deletion characters': (text) => each(text, (c) => `${c}x\u0008`),
  'underline marks': (text) => each(text, (c) => (c === ' ' ? c : `${c}\u0332`)),
  base64: (text) => `Decode this: ${Buffer.from(text).toString('base64')}`,
  hex: (text) => `Decode this: ${Buffer.from(text).toString('hex')}`,
  rot13: (text) =>
    each(text, (c) =>
      /[a-z]/i.test(c) ? String.fromCharCode((((c.charCodeAt(0) & 31) + 12) % 26) + 1 + (c.charCodeAt(0) & 96)) : c,
    ),
  reversed: (text) => [...text].reverse().join(''),
  morse: (text) =>
    each(text, (c) =>
      letters.includes(c.toLowerCase()) ? `${morse[letters.indexOf(c.toLowerCase())]} ` : c === ' ' ? '/ ' : '',
    ),
  url: (text) => each(text, (c) => [...Buffer.from(c)].map((b) => `%${b.toString(16).padStart(2, '0')}`).join('')),
  'html entities': (text) => each(text, (c) => `&#${c.codePointAt(0)};`),
};
