/** Morse code. */

import { MappedBuilder, type Reading } from './mapped.ts';
import { isMostlyWords } from './words.ts';

const alphabet: ReadonlyMap<string, string> = new Map(
  Object.entries({
    a: '.-',
    b: '-...',
    c: '-.-.',
    d: '-..',
    e: '.',
    f: '..-.',
    g: '--.',
    h: '....',
    i: '..',
    j: '.---',
    k: '-.-',
    l: '.-..',
    m: '--',
    n: '-.',
    o: '---',
    p: '.--.',
    q: '--.-',
    r: '.-.',
    s: '...',
    t: '-',
    u: '..-',
    v: '...-',
    w: '.--',
    x: '-..-',
    y: '-.--',
    z: '--..',
    0: '-----',
    1: '.----',
    2: '..---',
    3: '...--',
    4: '....-',
    5: '.....',
    6: '-....',
    7: '--...',
    8: '---..',
    9: '----.',
    '.': '.-.-.-',
    ',': '--..--',
    '?': '..--..',
    "'": '.----.',
    '!': '-.-.--',
    '/': '-..-.',
    '(': '-.--.',
    ')': '-.--.-',
    ':': '---...',
    ';': '-.-.-.',
    '=': '-...-',
    '+': '.-.-.',
    '-': '-....-',
    '"': '.-..-.',
    '@': '.--.-.',
    '#': '......',
  }).map(([letter, code]) => [code, letter]),
);

/** Fewer letters are punctuation: an ellipsis, a rule, a table. */
const leastLetters = 5;
const longestCode = 7;

export function readMorse(text: string): Reading[] {
  if (!/[.\-·•–—−_]{1,7}[ /|\n]{1,3}[.\-·•–—−_]{1,7}[ /|\n]/.test(text)) return [];
  const readings: Reading[] = [];
  for (let at = 0; at < text.length; ) {
    if (!isSign(text[at])) {
      at += 1;
      continue;
    }
    const { builder, end } = readCodes(text, at);
    const says = builder.build();
    if (says.text.length >= leastLetters && isMostlyWords(says.text)) readings.push({ start: at, end, says });
    at = Math.max(end, at + 1);
  }
  return readings;
}

function readCodes(text: string, start: number): { builder: MappedBuilder; end: number } {
  const builder = new MappedBuilder(64);
  let end = start;
  for (let at = start; at < text.length; ) {
    let codeEnd = at;
    let code = '';
    for (; codeEnd < text.length && isSign(text[codeEnd]) && code.length <= longestCode; codeEnd += 1) {
      code += '.·•'.includes(text[codeEnd]) ? '.' : '-';
    }
    const letter = alphabet.get(code);
    if (letter === undefined) break;
    builder.push(letter, at, codeEnd);
    end = codeEnd;
    let next = codeEnd;
    while (next < text.length && ' /|\n\t'.includes(text[next])) next += 1;
    const between = text.slice(codeEnd, next);
    if (next < text.length && isSign(text[next]) && (between.length > 1 || between === '/' || between === '\n')) {
      builder.push(' ', codeEnd, next);
    }
    if (next === codeEnd) break;
    at = next;
  }
  return { builder, end };
}

function isSign(character: string): boolean {
  const unit = character.charCodeAt(0);
  if (unit < 0x80) return unit === 0x2e || unit === 0x2d || unit === 0x5f;
  return '·•–—−'.includes(character);
}
