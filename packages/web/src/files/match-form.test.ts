import { expect, it } from 'vitest';
import type { OpenFile } from './file-queries.ts';
import { type MatchForm, numbersOf, requestOf } from './match-form.ts';

const form: MatchForm = {
  folder: null,
  series: { id: 's', title: 'Lantern' },
  ...{ season: '', offset: 0, episodes: '', remember: false, scope: 'title' },
};
const files = ['a', 'b'].map((id) => ({ id }) as OpenFile);

it.each([
  ['3', [3]],
  ['3, 4', [3, 4]],
  ['3-5', [3, 4, 5]],
  ['0', null],
  ['5-3', null],
  ['three', null],
  ['1-99', null],
])('reads “%s” as %j', (text, numbers) => {
  expect(numbersOf(text)).toEqual(numbers);
});

it('asks for nothing before a series is chosen', () => {
  expect(requestOf({ ...form, series: null }, files)).toBeNull();
});

it('names episodes for one file alone, and then makes the rule for that file', () => {
  const named = { ...form, season: 2, episodes: '4', remember: true };
  expect(requestOf(named, files.slice(0, 1))).toEqual({
    ...{ file_ids: ['a'], action: 'match', series_id: 's', season: 2, episodes: [4], remember: true },
  });
  expect(requestOf(named, files)).toMatchObject({ file_ids: ['a', 'b'], number_offset: 0, scope: 'title' });
});

it('stands by the folder when one is named', () => {
  const request = requestOf({ ...form, folder: '/media/Lantern', offset: -12, remember: true }, files);
  expect(request).toMatchObject({ folder: '/media/Lantern', number_offset: -12, scope: 'folder' });
  expect(request).not.toHaveProperty('file_ids');
});
