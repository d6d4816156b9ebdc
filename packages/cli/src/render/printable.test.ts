import { expect, it } from 'vitest';
import { printable, printableLine } from './printable.ts';

it.each([
  ['clears the screen', 'a\u001b[2Jb', 'a\\u{1b}[2Jb'],
  ['sets the window title, with 8-bit controls', '\u009d0;title\u009c', '\\u{9d}0;title\\u{9c}'],
  ['overwrites the line', 'safe\rATTACK', 'safe\\u{d}ATTACK'],
  ['rings, erases, is NUL', '\u0007\b\u007f\0', '\\u{7}\\u{8}\\u{7f}\\u{0}'],
  ['reorders the line', 'a\u202eb\u2066c', 'a\\u{202e}b\\u{2066}c'],
  ['hides words in tags', 'x\u{e0041}\u{e0042}', 'x\\u{e0041}\\u{e0042}'],
  ['hides bytes in variation selectors', 'x\ufe0e\u{e0101}', 'x\\u{fe0e}\\u{e0101}'],
  ['has no width', 'i\u200bg\u2060n\u00adore', 'i\\u{200b}g\\u{2060}n\\u{ad}ore'],
  ['breaks lines unseen', 'a\u2028b\u2029c\u0085d', 'a\\u{2028}b\\u{2029}c\\u{85}d'],
  ['is half a character', 'a\ud83d', 'a\\u{d83d}'],
])('shows what %s', (_, text, shown) => {
  expect(printable(text)).toBe(shown);
});

it('leaves ordinary text of any script alone', () => {
  for (const text of ['a\tb\nc', 'Grüße, 日本語 עברית', '❤️ 1️⃣ 👍🏽', 'é e\u0301']) expect(printable(text)).toBe(text);
  expect(printable('a\r\nb')).toBe('a\nb');
});

it('keeps to one line when asked', () => {
  expect(printableLine('a\nb\tc')).toBe('a\\nb\\tc');
});
