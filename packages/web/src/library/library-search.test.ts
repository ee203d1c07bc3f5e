import { expect, it } from 'vitest';
import { filterOf, type LibrarySearch, readLibrarySearch } from './library-search.ts';

it('keeps what the library can be filtered and sorted by', () => {
  const search: LibrarySearch = {
    q: 'boat',
    missing: true,
    status: 'ended',
    monitor: 'future',
    tag: 'cosy',
    provider: 'rss',
    folder: '/srv/anime',
    sort: 'size',
  };
  expect(readLibrarySearch({ ...search })).toEqual(search);
  expect(filterOf(search)).not.toHaveProperty('sort');
});

it('leaves out what makes no sense, and the order that is usual anyway', () => {
  expect(readLibrarySearch({ q: '  ', missing: 'yes', status: 'lost', monitor: 1, sort: 'colour', page: 2 })).toEqual(
    {},
  );
  expect(readLibrarySearch({ sort: 'title', tag: {} })).toEqual({});
});

it('reads words that look like numbers as words', () => {
  expect(readLibrarySearch({ q: 86, tag: 2024 })).toEqual({ q: '86', tag: '2024' });
});
