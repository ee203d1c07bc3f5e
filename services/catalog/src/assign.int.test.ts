import { MatchRequest } from '@aniworld/contracts';
import { describe, expect, it } from 'vitest';
import { retryUnmatched } from './assign.ts';
import { correct, removeRule } from './correction.ts';
import { openLibrary } from './library.fixture.ts';
import { indexTitles } from './match.ts';
import { deleteSeries, seriesNames } from './store/series.ts';
import { listUnmatched } from './unmatched.ts';

const never = new AbortController().signal;
const twoSeasons: [number, number, number?][] = [
  [0, 1],
  [1, 1],
  [1, 2],
  [1, 3],
  [2, 1],
  [2, 2],
];
const all = { kind: undefined, after: null, limit: 50 };

describe('files', () => {
  it('find their episodes by ids, titles and numbers, and say how sure that is', async () => {
    await using library = await openLibrary();
    await library.addSeries('Boats', twoSeasons, { tvdb: '71' });
    const matched = await library.take([
      'Boats/Boats - S01E01.mkv',
      'Boats - S01E02.mkv',
      'Else {tvdb-71}/Season 2/01-02.mkv',
      'Boats - 03.mkv',
      'Nothing - 01.mkv',
    ]);
    expect(matched).toBe(3);
    expect(await library.shown()).toEqual({
      'Boats - 03.mkv': 'ambiguous',
      'Boats - S01E02.mkv': 'matched likely Boats 1x2*',
      'Boats/Boats - S01E01.mkv': 'matched certain Boats 1x1*',
      'Else {tvdb-71}/Season 2/01-02.mkv': 'matched certain Boats 2x1* Boats 2x2*',
      'Nothing - 01.mkv': 'unmatched',
    });
  });

  it('change nothing when they are assigned again', async () => {
    await using library = await openLibrary();
    await library.addSeries('Boats', twoSeasons);
    const files = ['Boats - S01E01 [720p].mkv', 'Boats - S01E01 [1080p].mkv', 'Boats - S01E02-E03.mkv', 'Else - 1.mkv'];
    await library.take(files);
    const rows = () => library.db.selectFrom('file').selectAll().orderBy('path').execute();
    const [before, events] = [await rows(), await eventsOf(library)];
    await library.take(files.toReversed());
    await retryUnmatched(library.db, indexTitles(await seriesNames(library.db)), never);
    expect(await rows()).toEqual(before);
    expect(await eventsOf(library)).toBe(events);
  });

  it('keep their episodes when these get other numbers', async () => {
    await using library = await openLibrary();
    const { id } = await library.addSeries('Boats', twoSeasons);
    await library.take(['Boats - S01E01.mkv', 'Boats - S01E02.mkv']);
    const before = await library.shown();
    await library.db
      .updateTable('episode')
      .set(({ eb }) => ({ episode: eb('episode', '+', 1) }))
      .where('series_id', '=', id)
      .execute();
    await library.take([['Boats - S01E01.mkv', 555], 'Boats - S01E02.mkv']);
    expect(await library.shown()).toEqual(before);
  });
});

describe('of several files of one episode', () => {
  it('the better one is the episode’s, and the others are listed with it and why', async () => {
    await using library = await openLibrary();
    const { episodes } = await library.addSeries('Boats', twoSeasons);
    await library.take(['a/Boats - S01E01 [720p].mkv']);
    expect(await library.take(['b/Boats - S01E01 [1080p].mkv'])).toBe(1);
    expect(await library.shown()).toEqual({
      'a/Boats - S01E01 [720p].mkv': 'duplicate likely Boats 1x1',
      'b/Boats - S01E01 [1080p].mkv': 'matched likely Boats 1x1*',
    });
    const better = '/lib/b/Boats - S01E01 [1080p].mkv';
    const rule = 'its picture has 1080 lines, not 720';
    expect(await listUnmatched(library.db, { ...all, kind: 'duplicate' })).toMatchObject([
      {
        path: '/lib/a/Boats - S01E01 [720p].mkv',
        reason: `${better} is the episode’s: ${rule}.`,
        rivals: [{ episode_id: episodes['1x1'], season: 1, episode: 1, path: better, rule }],
      },
    ]);
  });

  it('a person’s choice wins', async () => {
    await using library = await openLibrary();
    const { id, episodes } = await library.addSeries('Boats', twoSeasons);
    await library.take(['Boats - S01E01 [1080p].mkv', 'other.mkv']);
    await say(library, { file_ids: [await library.idOf('other.mkv')], series_id: id, episode_ids: [episodes['1x1']!] });
    expect(await library.shown()).toEqual({
      'Boats - S01E01 [1080p].mkv': 'duplicate likely Boats 1x1',
      'other.mkv': 'matched person Boats 1x1*',
    });
  });

  it('each is the episode’s of which it is the better one, and the next takes its place when it goes', async () => {
    await using library = await openLibrary();
    await library.addSeries('Boats', twoSeasons);
    await library.take(['Boats - S01E01-E02 [720p].mkv', 'Boats - S01E01 [1080p].mkv']);
    expect(await library.shown()).toEqual({
      'Boats - S01E01 [1080p].mkv': 'matched likely Boats 1x1*',
      'Boats - S01E01-E02 [720p].mkv': 'matched likely Boats 1x1 Boats 1x2*',
    });
    await library.db
      .deleteFrom('file')
      .where('id', '=', await library.idOf('Boats - S01E01 [1080p].mkv'))
      .execute();
    await retryUnmatched(library.db, indexTitles(await seriesNames(library.db)), never);
    // Not a duplicate: it was chosen by another episode all the time.
    expect(await library.shown()).toEqual({
      'Boats - S01E01-E02 [720p].mkv': 'matched likely Boats 1x1* Boats 1x2*',
    });
  });
});

describe('a person’s choice', () => {
  it('holds over later scans, and goes when it is taken back', async () => {
    await using library = await openLibrary();
    const { id } = await library.addSeries('Boats', twoSeasons);
    await library.take(['Strange - 01.mkv']);
    const file_ids = [await library.idOf('Strange - 01.mkv')];
    await say(library, { file_ids, series_id: id, season: 2 });
    await library.take([['Strange - 01.mkv', 999]]);
    expect(await library.shown()).toEqual({ 'Strange - 01.mkv': 'matched person Boats 2x1*' });
    await say(library, { file_ids, action: 'automatic' });
    expect(await library.shown()).toEqual({ 'Strange - 01.mkv': 'unmatched' });
  });

  it('is kept as a rule for the title, with a season and shifted numbers', async () => {
    await using library = await openLibrary();
    const { id } = await library.addSeries('Boats', twoSeasons);
    await library.take(['Strange - 13.mkv', 'Strange - NCOP1.mkv']);
    const { rule } = await say(library, {
      ...{ file_ids: [await library.idOf('Strange - 13.mkv')], series_id: id },
      ...{ season: 2, number_offset: -12, remember: true },
    });
    expect(rule).toMatchObject({ scope: 'title', target: 'strange', season: 2, number_offset: -12 });
    await library.take(['deep/Strange - 14.mkv', 'Stranger - 13.mkv']);
    expect(await library.shown()).toEqual({
      'Strange - 13.mkv': 'matched person Boats 2x1*',
      'Strange - NCOP1.mkv': 'unmatched',
      'Stranger - 13.mkv': 'unmatched',
      'deep/Strange - 14.mkv': 'matched person Boats 2x2*',
    });
    await removeRule(library.db, rule!.id);
    expect(Object.values(await library.shown())).toEqual(Array.from({ length: 4 }, () => 'unmatched'));
    await expect(removeRule(library.db, rule!.id)).rejects.toMatchObject({ code: 'RULE_NOT_FOUND' });
  });

  it('is kept as a rule for the folder and changes nothing that was matched by a name elsewhere', async () => {
    await using library = await openLibrary();
    const { id } = await library.addSeries('Boats', twoSeasons);
    await library.addSeries('Noodles', [[1, 1]]);
    await library.take(['mine/Noodles - S01E01.mkv', 'mine2/Noodles - S01E01.mkv']);
    await say(library, { folder: '/lib/mine/', series_id: id, remember: true });
    await library.take(['mine/deep/whatever S01E02.mkv']);
    expect(await library.shown()).toEqual({
      'mine/Noodles - S01E01.mkv': 'matched person Boats 1x1*',
      'mine/deep/whatever S01E02.mkv': 'matched person Boats 1x2*',
      'mine2/Noodles - S01E01.mkv': 'matched likely Noodles 1x1*',
    });
  });

  it('is only told by a dry run', async () => {
    await using library = await openLibrary();
    const { id } = await library.addSeries('Boats', twoSeasons);
    await library.take(['Strange - 01.mkv', 'Boats - S02E01.mkv']);
    const before = [await library.shown(), await eventsOf(library)];
    const file_ids = [await library.idOf('Strange - 01.mkv')];
    const { files, rule } = await say(library, { file_ids, series_id: id, season: 1, remember: true, dry_run: true });
    expect(files).toMatchObject([{ changed: true, facts: { state: 'matched', series_id: id } }]);
    expect(rule).toBeNull();
    expect([await library.shown(), await eventsOf(library)]).toEqual(before);
    expect(await library.db.selectFrom('match_rule').selectAll().execute()).toEqual([]);
  });

  it('to ignore a file, or all of a folder, takes them off the list', async () => {
    await using library = await openLibrary();
    await library.take(['a - 01.mkv', 'junk/b - 01.mkv', 'c - 01.mkv']);
    await say(library, { file_ids: [await library.idOf('a - 01.mkv')], action: 'ignore' });
    await say(library, { folder: '/lib/junk', action: 'ignore', remember: true });
    await library.take(['a - 01.mkv', 'junk/d - 01.mkv', 'c - 01.mkv']);
    expect((await listUnmatched(library.db, all)).map((file) => file.path)).toEqual(['/lib/c - 01.mkv']);
    expect(await listUnmatched(library.db, { ...all, kind: 'ignored' })).toHaveLength(3);
  });

  it.each([
    ['no series', {}, 'MATCH_UNCLEAR'],
    ['a series that there isn’t', { series_id: crypto.randomUUID() }, 'SERIES_NOT_FOUND'],
    ['files that there aren’t', { file_ids: [crypto.randomUUID()], action: 'ignore' }, 'FILE_NOT_FOUND'],
    ['a folder without files', { file_ids: undefined, folder: '/lib/none', action: 'ignore' }, 'FILE_NOT_FOUND'],
    ['nothing', { file_ids: undefined, action: 'ignore' }, 'MATCH_UNCLEAR'],
  ] as const)('of %s is refused', async (_, request, code) => {
    await using library = await openLibrary();
    await library.take(['a - 01.mkv']);
    const file_ids = [await library.idOf('a - 01.mkv')];
    await expect(say(library, { file_ids, ...request })).rejects.toMatchObject({ code });
  });

  it('goes with its series', async () => {
    await using library = await openLibrary();
    const { id } = await library.addSeries('Boats', twoSeasons);
    await library.take(['Strange - 01.mkv', 'x.mkv']);
    await say(library, {
      file_ids: [await library.idOf('Strange - 01.mkv')],
      series_id: id,
      season: 1,
      remember: true,
    });
    await library.db.transaction().execute((tx) => deleteSeries(tx, id));
    await library.take(['Strange - 01.mkv']);
    expect(await library.shown()).toEqual({ 'Strange - 01.mkv': 'unmatched', 'x.mkv': 'unmatched' });
    expect(await library.db.selectFrom('match_rule').selectAll().execute()).toEqual([]);
  });
});

it('offers series that a file might belong to, with the episodes that its numbers mean there', async () => {
  await using library = await openLibrary();
  const { id, episodes } = await library.addSeries('Paper Boat Post', twoSeasons);
  await library.addSeries('Lantern Row', [[1, 1]]);
  await library.take(['Papper Boat Post S01E02.mkv']);
  expect(await listUnmatched(library.db, all)).toMatchObject([
    {
      state: 'unmatched',
      reason: 'No series in the library is called “Papper Boat Post”.',
      candidates: [{ series_id: id, title: 'Paper Boat Post', episode_ids: [episodes['1x2']] }],
      rivals: [],
    },
  ]);
});

type Library = Awaited<ReturnType<typeof openLibrary>>;

const say = ({ db }: Library, request: object) => correct(db, MatchRequest.parse(request));

async function eventsOf({ db }: Library): Promise<number> {
  return (await db.selectFrom('outbox').select('id').execute()).length;
}
