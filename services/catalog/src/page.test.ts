import { expect, it } from 'vitest';
import { decodeCursor } from './cursor.ts';
import { pageOf } from './page.ts';

const row = (n: number, text = '') => ({ id: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`, text });
const rows = (count: number, text = '') => Array.from({ length: count }, (_, n) => row(n, text));
const place = ({ id }: { id: string }) => ({ key: '', id });
const same = <T>(one: T) => one;

it('ends at its limit and says after which row the next one begins', () => {
  const { items, next_cursor } = pageOf(rows(4), 3, place, same);
  expect(items).toEqual(rows(3));
  expect(decodeCursor(next_cursor ?? undefined)).toEqual(place(row(2)));
});

it('is the last one when nothing was read beyond it', () => {
  expect(pageOf(rows(3), 3, place, same).next_cursor).toBeNull();
  expect(pageOf([], 3, place, same)).toEqual({ items: [], next_cursor: null });
});

it('ends before it is more than a message carries', () => {
  const { items, next_cursor } = pageOf(rows(11, 'é'.repeat(50_000)), 10, place, same);
  expect(items).toHaveLength(8);
  expect(decodeCursor(next_cursor ?? undefined)).toEqual(place(row(7)));
});

it('holds one row however large it is', () => {
  const { items, next_cursor } = pageOf(rows(2, 'x'.repeat(2_000_000)), 10, place, same);
  expect(items).toHaveLength(1);
  expect(next_cursor).not.toBeNull();
});
