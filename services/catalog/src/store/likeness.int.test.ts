import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { wordsOf } from '../candidate.ts';
import { openLibrary } from '../library.fixture.ts';
import { searchText } from '../title.ts';
import { seriesWithLinks, seriesWithWords } from './likeness.ts';

it('finds the series that share words with a title, whatever its signs, case and script', async () => {
  await using library = await openLibrary();
  const boats = await library.addSeries('Paper Boat Post', [[1, 1]]);
  const moon = await library.addSeries('月夜の麺', [[1, 1]]);
  const signs = await library.addSeries('!!!', [[1, 1]]);
  await library.addSeries('Copper', [[1, 1]]);
  const found = (...titles: string[]) =>
    seriesWithWords(
      library.db,
      titles.map((title) => [...wordsOf(title)]),
    );
  expect(await found('Papper Boat, POST!')).toEqual([boats.id]);
  expect(await found('月夜')).toEqual([moon.id]);
  expect(await found('!!!')).toEqual([signs.id]);
  expect(await found('Nothing Alike')).toEqual([]);
  expect(new Set(await found('Boat', '麺'))).toEqual(new Set([boats.id, moon.id]));
  expect(await found()).toEqual([]);
});

it('looks for a word that most series have only together with the others of its title', async () => {
  await using library = await openLibrary();
  await sql`
    insert into series (title, sort_title, search_text, folder, provider, provider_ref)
    select 'Lantern ' || n, 'lantern ' || n, 'lantern ' || n, '/lib', 'test', n from generate_series(1, 600) n`.execute(
    library.db,
  );
  const { id } = await library.addSeries('Lantern Row', [[1, 1]]);
  expect(await seriesWithWords(library.db, [['lantern', 'row']])).toEqual([id]);
  expect(await seriesWithWords(library.db, [['lantern', 'nowhere']])).toEqual([]);
  // Nothing tells these apart: some of them, and no more than a person could look through.
  expect(await seriesWithWords(library.db, [['lantern']])).toHaveLength(25);
});

it('knows the words of a series by its newest titles, and none of one that is gone', async () => {
  await using library = await openLibrary();
  const { id } = await library.addSeries('Old Name', [[1, 1]]);
  const found = (word: string) => seriesWithWords(library.db, [[word]]);
  await library.db
    .updateTable('series')
    .set({ title: 'New Name', search_text: searchText(['New Name', 'Ōkami']) })
    .where('id', '=', id)
    .execute();
  expect([await found('old'), await found('new'), await found('okami')]).toEqual([[], [id], [id]]);
  await library.db.deleteFrom('series').where('id', '=', id).execute();
  expect(await found('new')).toEqual([]);
});

it('takes titles apart in the database as the page of unmatched files does', async () => {
  await using library = await openLibrary();
  const titles = [
    ...[
      'Fate/stay night: Heaven’s Feel',
      'K-ON!!',
      'Spy × Family',
      'Q&A',
      'Café Ｆｕｌｌ Ⅱ ½',
      'ラーメン屋さん2',
      'がぎ ヴ',
    ],
    ...[
      '¿Qué? – “so”…',
      '★ Star ☆',
      '100% (2nd)',
      'Ёлки и Ё',
      '한국어 제목',
      'ไทย',
      '「鬼」〜の々〇',
      "It's `odd´",
      '…',
    ],
  ];
  for (const title of titles) {
    const { rows } = await sql<{ words: string[] }>`select title_words(${searchText([title])}) as words`.execute(
      library.db,
    );
    expect([title, new Set(rows[0]!.words)]).toEqual([title, new Set(wordsOf(title))]);
  }
});

it('finds series by their ids at other sites, in either case of letters', async () => {
  await using library = await openLibrary();
  const { id } = await library.addSeries('Boats', [[1, 1]], { imdb: 'tt0071', tvdb: '71' });
  expect(await seriesWithLinks(library.db, [{ site: 'imdb', id: 'TT0071' }])).toEqual([id]);
  expect(await seriesWithLinks(library.db, [{ site: 'tvdb', id: '7' }])).toEqual([]);
});
