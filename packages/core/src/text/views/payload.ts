/** Whether decoded bytes are worth a view: words, or words that are encoded once more. */

import { rot13 } from './rot13.ts';
import { isMostlyWords } from './words.ts';

/** What a decoded text is: `words`, `encoded` (to be decoded once more), or noise. */
export type Payload = 'words' | 'encoded' | 'noise';

/** Of a text that no reader sees, letters are enough: nobody hides eight of them by chance. */
export function isHiddenText(text: string): boolean {
  if (isMostlyWords(text)) return true;
  const letters = text.replace(/\P{L}/gu, '').length;
  return letters >= 8 && letters >= 0.5 * text.length && !/[\p{Cc}\ufffd]/u.test(text.replace(/[\t\n\r]/g, ''));
}

/** Texts are sampled: an image of a megabyte does not have to be read to its end. */
const sample = 2000;

export function judge(text: string): Payload {
  const start = text.slice(0, sample);
  if (isMostlyWords(start)) return 'words';
  if (/[^\t\n\r\x20-\x7e]/.test(start)) return 'noise';
  if (/^\s*[A-Za-z0-9+/_-]{16,}={0,2}\s*$/.test(start) || /%[0-9A-Fa-f]{2}|&#x?[0-9A-Fa-f]+;/.test(start))
    return 'encoded';
  return isMostlyWords(rot13(start)) || isMostlyWords([...start].reverse().join('')) ? 'encoded' : 'noise';
}
