const WORDS = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];
const ORDINALS = ['first', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh', 'eighth', 'ninth', 'tenth'];
const ROMANS = ['i', 'ii', 'iii', 'iv', 'v', 'vi', 'vii', 'viii', 'ix', 'x'];
const CJK_DIGITS = '〇一二三四五六七八九';

/** `two`, `ii`; 0 when the word is neither. */
export const spelledNumber = (key: string): number => Math.max(WORDS.indexOf(key), ROMANS.indexOf(key)) + 1;

/** `second`; 0 when the word is none. */
export const spelledOrdinal = (key: string): number => ORDINALS.indexOf(key) + 1;

/** `12`, `十二`, `二十`, `二〇`: below a hundred. */
export function cjkNumber(text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  const ten = text.indexOf('十');
  if (ten < 0) return Number([...text].map((sign) => CJK_DIGITS.indexOf(sign)).join(''));
  const tens = ten === 0 ? 1 : CJK_DIGITS.indexOf(text[ten - 1]!);
  return tens * 10 + Math.max(0, CJK_DIGITS.indexOf(text[ten + 1] ?? '〇'));
}
