import { createLog, openDb } from '@aniworld/chassis';
import { SeriesFilter } from '@aniworld/contracts';
import { testDatabase } from '@aniworld/testing';
import { expect, it } from 'vitest';
import type { DB } from '../schema.gen.ts';
import { searchText, sortTitle } from '../title.ts';
import { countSeries, listSeries, SERIES_KEYS, type SeriesSort, seriesIds } from './series-list.ts';

const log = createLog({ level: 'silent', service: 'catalog', out: null });

it('stands in the order that is asked for, page by page, without a gap or a repetition', async () => {
  await using catalog = await openCatalog();
  const orders: Record<SeriesSort, string> = {
    title: 'Amber Boat, Copper, Daily, Émile',
    added: 'Émile, Copper, Amber Boat, Daily',
    size: 'Copper, Daily, Émile, Amber Boat',
    missing: 'Daily, Émile, Copper, Amber Boat',
    next_airing: 'Daily, Émile, Amber Boat, Copper',
  };
  for (const [sort, expected] of Object.entries(orders) as [SeriesSort, string][]) {
    const titles: string[] = [];
    for (let after: { key: string; id: string } | null = null; ; ) {
      const rows = await listSeries(catalog.db, {}, { sort, limit: 1, after });
      const [row] = rows;
      titles.push(row!.title);
      expect(row!.sort_key).toMatch(SERIES_KEYS[sort]);
      if (rows.length === 1) break;
      after = { key: row!.sort_key, id: row!.id };
    }
    // Of equal ones the id decides.
    if (sort === 'next_airing') expect(titles.slice(2).sort().join(', ')).toBe('Amber Boat, Copper');
    else expect(titles.join(', ')).toBe(expected);
    expect(titles.slice(0, 2).join(', ')).toBe(expected.split(', ').slice(0, 2).join(', '));
  }
});

it('is narrowed by each of its filters, and by several together', async () => {
  await using catalog = await openCatalog();
  const found = async (filter: object) =>
    (await listSeries(catalog.db, SeriesFilter.parse(filter), { sort: 'title', limit: 50, after: null }))
      .map((one) => one.title)
      .join(', ');
  expect(await found({ missing: true })).toBe('Copper, Daily, Émile');
  expect(await found({ missing: false })).toBe('Amber Boat');
  expect(await found({ status: 'continuing' })).toBe('Daily, Émile');
  expect(await found({ monitor: 'none' })).toBe('Copper');
  expect(await found({ tag: 'COSY' })).toBe('Amber Boat, Daily');
  expect(await found({ tag: 'cos' })).toBe('');
  expect(await found({ folder: '/other' })).toBe('Émile');
  expect(await found({ provider: 'rss' })).toBe('Copper');
  expect(await found({ tag: 'cosy', missing: true, status: 'continuing' })).toBe('Daily');
});

it('says how many a filter finds', async () => {
  await using catalog = await openCatalog();
  const filters = [{}, { missing: true }, { q: 'boat' }, { tag: 'cosy', missing: true }, { q: 'nowhere' }];
  const counts = await Promise.all(filters.map((filter) => countSeries(catalog.db, SeriesFilter.parse(filter))));
  expect(counts).toEqual([4, 3, 1, 1, 0]);
});

it('is searched by words in any order and by parts of them, without regard to case and accents', async () => {
  await using catalog = await openCatalog();
  const found = async (q: string) =>
    (await listSeries(catalog.db, { q }, { sort: 'title', limit: 50, after: null })).map((one) => one.title).join(', ');
  expect(await found('boat AMB')).toBe('Amber Boat');
  expect(await found('emil')).toBe('Émile');
  expect(await found('kobune')).toBe('Amber Boat');
  expect(await found('boat copper')).toBe('');
  expect(await found('100%')).toBe('');
  expect(await found('_')).toBe('');
  expect(await found('  ')).toBe('Amber Boat, Copper, Daily, Émile');
});

it('gives the ids of all that a filter finds, a part at a time', async () => {
  await using catalog = await openCatalog();
  const first = await seriesIds(catalog.db, { missing: true }, { after: null, limit: 2 });
  const second = await seriesIds(catalog.db, { missing: true }, { after: first.at(-1)!, limit: 2 });
  expect(new Set([...first, ...second]).size).toBe(3);
  expect(await seriesIds(catalog.db, { missing: true }, { after: second.at(-1)!, limit: 2 })).toEqual([]);
});

async function openCatalog() {
  await using stack = new AsyncDisposableStack();
  const { url } = stack.use(await testDatabase());
  const migrations = new URL('../../migrations/', import.meta.url);
  const db = await openDb<DB>({ url, service: 'catalog', migrations, log, max: 2 });
  stack.defer(() => db.destroy());
  const row = (title: string, rest: object) => ({
    ...{ title, sort_title: sortTitle(title), search_text: searchText([title]), status: 'ended', monitor: 'all' },
    ...{ provider: 'sample', provider_ref: title, folder: '/library', tags: [] as string[], added_at: '2026-01-01' },
    ...{ size: 0, missing_count: 0, next_airing: null as string | null },
    ...rest,
  });
  await db
    .insertInto('series')
    .values([
      row('Copper', { ...{ provider: 'rss', monitor: 'none', size: 9, missing_count: 1, added_at: '2026-02-02' } }),
      row('Émile', {
        ...{ folder: '/other', status: 'continuing', size: 2, missing_count: 3, next_airing: '2099-02-01' },
        added_at: '2026-03-03',
      }),
      row('Amber Boat', { tags: ['cosy'], search_text: searchText(['Amber Boat', 'Kobune']) }),
      row('Daily', {
        ...{ tags: ['cosy', 'long'], status: 'continuing', size: 5, missing_count: 7, next_airing: '2099-01-01' },
        added_at: '2025-12-12',
      }),
    ])
    .execute();
  const owned = stack.move();
  return { db, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}
