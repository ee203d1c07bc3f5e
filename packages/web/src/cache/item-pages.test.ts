import type { QueueItem } from '@aniworld/contracts';
import { expect, it } from 'vitest';
import { type ItemPages, withItem, withMoved, without } from './item-pages.ts';
import { allItems } from './pages.ts';

const item = (id: string, fields: Partial<QueueItem> = {}) =>
  ({ id, state: 'pending', priority: 'normal', version: 1, ...fields }) as QueueItem;

function pagesOf(...pages: QueueItem[][]): ItemPages {
  return { pages: pages.map((items) => ({ items, next_cursor: null })), pageParams: [] };
}

const ids = (pages: ItemPages | null) => allItems(pages ?? undefined).map((one) => one.id);

it('replaces an item by its newer version only', () => {
  const pages = pagesOf([item('a', { version: 3 })]);
  expect(withItem(pages, 'pending', item('a', { version: 2, priority: 'high' }))).toBe(pages);
  expect(allItems(withItem(pages, 'pending', item('a', { version: 4, priority: 'high' }))!)[0]?.priority).toBe('high');
});

it('takes an item out of the list of a state that it has left', () => {
  const pages = pagesOf([item('a'), item('b')]);
  expect(ids(withItem(pages, 'pending', item('a', { state: 'downloading', version: 2 })))).toEqual(['b']);
});

it('puts a started item last and a finished one first', () => {
  expect(
    ids(withItem(pagesOf([item('a', { state: 'downloading' })]), 'downloading', item('b', { state: 'downloading' }))),
  ).toEqual(['a', 'b']);
  expect(ids(withItem(pagesOf([item('a', { state: 'failed' })]), 'failed', item('b', { state: 'failed' })))).toEqual([
    'b',
    'a',
  ]);
});

it('asks for the list again when a pending item’s place is unknown', () => {
  expect(withItem(pagesOf([item('a')]), 'pending', item('b'))).toBeNull();
});

it('moves an item over a page’s edge, keeps the pages’ sizes and gives it the priority of where it lands', () => {
  const pages = pagesOf([item('a', { priority: 'high' }), item('b')], [item('c')]);
  const moved = withMoved(pages, 'c', 0);
  expect(ids(moved)).toEqual(['c', 'a', 'b']);
  expect(moved.pages.map((page) => page.items.length)).toEqual([2, 1]);
  expect(allItems(moved)[0]?.priority).toBe('high');
});

it('removes many items at once', () => {
  expect(ids(without(pagesOf([item('a'), item('b')], [item('c')]), ['a', 'c']))).toEqual(['b']);
});
