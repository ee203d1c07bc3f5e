import type { Label } from './label.ts';
import type { Token } from './token.ts';

/** A day: `2011-06-16`, `2014.07.22`, `04.28.2014`, `28.04.2014`, `20201013`, `140722`. */
export function readDate(tokens: readonly Token[], from: number): Label | null {
  const whole = /^(\d{4})(\d{2})(\d{2})$/.exec(tokens[from]!.key) ?? /^(\d{2})(\d{2})(\d{2})$/.exec(tokens[from]!.key);
  if (whole) {
    const [, year = '', month, day] = whole;
    // In brackets eight digits are a checksum, and six are anything.
    if (tokens[from]!.bracket) return null;
    const date = dayOf(Number(year) + (year.length === 2 ? 2_000 : 0), Number(month), Number(day));
    return date === null ? null : { kind: 'date', from, to: from + 1, date };
  }
  const [first, second, third] = [tokens[from], tokens[from + 1], tokens[from + 2]];
  if (!first || !second || !third || !/^[-. _]$/.test(second.gap) || second.gap !== third.gap) return null;
  if (![first, second, third].every(({ key }) => /^(?:\d{1,2}|\d{4})$/.test(key))) return null;
  const numbers = [first, second, third].map(({ key }) => Number(key)) as [number, number, number];
  const date = first.key.length === 4 ? dayOf(...numbers) : third.key.length === 4 ? dayLast(numbers) : null;
  return date === null ? null : { kind: 'date', from, to: from + 3, date };
}

/** Month and day in either order: only when it can be but one of them. */
function dayLast([first, second, year]: [number, number, number]): string | null {
  const american = dayOf(year, first, second);
  const european = dayOf(year, second, first);
  if (american !== null && european !== null && american !== european) return null;
  return american ?? european;
}

function dayOf(year: number, month: number, day: number): string | null {
  if (year < 1950 || year > 2099 || month < 1 || month > 12 || day < 1) return null;
  if (day > new Date(Date.UTC(year, month, 0)).getUTCDate()) return null;
  return `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}
