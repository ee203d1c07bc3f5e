import { expect, test } from 'vitest';
import { loadOrder } from './order.ts';

test('a table comes after those that its rows name', () => {
  const references = [
    { table: 'link', of: 'file' },
    { table: 'link', of: 'episode' },
    { table: 'episode', of: 'series' },
    { table: 'series', of: 'series' },
  ];
  const order = loadOrder(['episode', 'file', 'link', 'series'], references);
  expect(order.toSorted()).toEqual(['episode', 'file', 'link', 'series']);
  for (const { table, of } of references)
    if (table !== of) expect(order.indexOf(table)).toBeGreaterThan(order.indexOf(of));
});

test('tables that name each other are refused', () => {
  const references = [
    { table: 'a', of: 'b' },
    { table: 'b', of: 'a' },
  ];
  expect(() => loadOrder(['a', 'b'], references)).toThrow('name each other');
});
