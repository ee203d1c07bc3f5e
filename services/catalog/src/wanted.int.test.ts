import {
  anime,
  type MissingStanding,
  providers,
  queue,
  type QueueItem,
  type QueueUpdate,
  type Request,
  type WantedEpisode,
} from '@aniworld/contracts';
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { datedEpisodes, queueItem, type Rig, startRig } from './rig.fixture.ts';
import { renewLinks } from './store/link.ts';

describe('the wanted list', () => {
  it('shows aired, monitored episodes without a file, the newest first and those without a date last', async () => {
    await using rig = await startRig();
    const [first, second, third, fourth] = await datedEpisodes(rig, ['2024-01-05', null, '2024-03-01', '2999-01-01']);
    expect(await wantedIds(rig, {})).toEqual([third, first, second]);
    expect(await wantedIds(rig, { since: '2024-02-01' })).toEqual([third]);
    await rig.db.updateTable('episode').set({ monitored: false }).where('id', '=', third!).execute();
    expect(await wantedIds(rig, {})).toEqual([first, second]);
    await rig.db.updateTable('episode').set({ air_date: '2024-02-02' }).where('id', '=', fourth!).execute();
    expect(await wantedIds(rig, {})).toEqual([fourth, first, second]);
  });

  it('forgets an episode whose file is found, and shows it again when the file is gone', async () => {
    await using rig = await startRig();
    const { id, title } = await rig.addSample();
    const all = await wantedIds(rig, { series_id: id, season: 1 });
    await rig.write(`${title} (2021)/Season 01/${title} - S01E02.mkv`);
    await rig.scan();
    const { items } = await rig.bus.call(anime.episodes, { id });
    const found = items.find((one) => one.season === 1 && one.episode === 2)!.id;
    expect(await wantedIds(rig, { series_id: id, season: 1 })).toEqual(all.filter((one) => one !== found));
    await rig.db.deleteFrom('file').execute();
    expect(await wantedIds(rig, { series_id: id, season: 1 })).toEqual(all);
  });

  it('is told page by page, in both orders, each episode once', async () => {
    await using rig = await startRig();
    await rig.addSample('paper-boat-post');
    await rig.addSample('moonlit-noodle-observatory');
    for (const sort of ['air_date', 'series'] as const) {
      const whole = await rig.bus.call(anime.wanted, { sort });
      const paged: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await rig.bus.call(anime.wanted, { sort, limit: 3, cursor });
        paged.push(...page.items.map((item) => item.episode_id));
        cursor = page.next_cursor ?? undefined;
      } while (cursor);
      expect(paged).toEqual(whole.items.map((item) => item.episode_id));
      expect(new Set(paged).size).toBe(14);
    }
    const { items } = await rig.bus.call(anime.wanted, { sort: 'series' });
    expect(items.slice(0, 7).map((one) => `${one.series_title[0]} ${one.season}x${one.episode}`)).toEqual([
      ...[1, 2, 3, 4, 5, 6].map((number) => `M 1x${number}`),
      'P 1x1',
    ]);
    expect(items.at(-1)).toMatchObject({ season: 0 });
  });

  it('refuses a cursor that is another order’s or made up', async () => {
    await using rig = await startRig();
    await rig.addSample();
    const { next_cursor } = await rig.bus.call(anime.wanted, { limit: 1 });
    const bad = (cursor: string) => rig.bus.call(anime.wanted, { cursor, sort: 'series' });
    await expect(bad(next_cursor!)).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
    const made = Buffer.from(JSON.stringify(['series [1]', randomUUID()])).toString('base64url');
    await expect(bad(made)).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
  });
});

describe('why an episode is missing', () => {
  it('follows the queue: never queued, queued, downloading, failed with the cause, taken out', async () => {
    await using rig = await startRig();
    const [id] = await datedEpisodes(rig, ['2024-01-05']);
    expect(await standing(rig, id!)).toMatchObject({ standing: 'never_queued', since: null, failures: 0 });
    const item = queueItem({ episode_id: id! });
    await tell(rig, 'added', [item]);
    await becomes(rig, id!, { standing: 'queued' });
    await tell(rig, 'started', [{ ...item, state: 'downloading', version: 1 }]);
    await becomes(rig, id!, { standing: 'downloading' });
    const failed = { error_cause: 'http_5xx', error_detail: 'The host said 503.' } as const;
    await tell(rig, 'failed', [{ ...item, ...failed, state: 'failed', version: 2 }]);
    await becomes(rig, id!, { standing: 'failed', cause: 'http_5xx', detail: 'The host said 503.', failures: 1 });
    await tell(rig, 'requeued', [{ ...item, version: 3 }]);
    await becomes(rig, id!, { standing: 'queued', cause: null, failures: 1 });
    await tell(rig, 'removed', [], [item.id]);
    await becomes(rig, id!, { standing: 'removed' });
  });

  it('narrows the wanted list, in both orders', async () => {
    await using rig = await startRig();
    await rig.addSample('paper-boat-post');
    await rig.addSample('moonlit-noodle-observatory');
    const states = ['pending', 'downloading', 'failed', 'completed', 'cancelled', 'removed'];
    const causes = [null, 'http_5xx', 'no_source', 'gone'];
    const told = states.flatMap((state) => (state === 'failed' ? causes : [null]).map((cause) => ({ state, cause })));
    const ids = await wantedIds(rig, {});
    const known = told.map((one, n) => ({
      ...{ ...one, episode_id: ids[n]!, item_id: randomUUID(), added_at: '2024-01-01T00:00:00Z', version: 1 },
    }));
    await rig.db.insertInto('queued_episode').values(known).execute();
    const all = (await rig.bus.call(anime.wanted, {})).items;
    const reasons = [...new Set(all.map((one) => one.standing))] as MissingStanding[];
    expect(reasons).toHaveLength(8);
    const choices = [...reasons.map((one) => [one]), reasons.slice(2, 5), reasons.toSpliced(3, 2)];
    for (const sort of ['air_date', 'series'] as const)
      for (const standing of choices) {
        const wanted = all.filter((one) => standing.some((reason) => reason === one.standing));
        const found = await wantedIds(rig, { standing, sort });
        expect(found.toSorted()).toEqual(wanted.map((one) => one.episode_id).toSorted());
      }
    await expect(wantedIds(rig, { standing: ['has_file' as never] })).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
    });
  });

  it('takes nothing older than what it knows, in whatever order events come', async () => {
    await using rig = await startRig();
    const [id, other] = await datedEpisodes(rig, ['2024-01-05', '2024-01-06']);
    const item = queueItem({ episode_id: id! });
    await tell(rig, 'started', [{ ...item, state: 'downloading', version: 5 }]);
    await tell(rig, 'added', [item]);
    await tell(rig, 'added', [queueItem({ episode_id: other! })]);
    await becomes(rig, other!, { standing: 'queued' });
    expect(await standing(rig, id!)).toMatchObject({ standing: 'downloading' });
  });

  it('is read from the queue itself when an event does not carry its items', async () => {
    await using rig = await startRig();
    const [id, other] = await datedEpisodes(rig, ['2024-01-05', '2024-01-06']);
    const items = [queueItem({ episode_id: id! }), queueItem({ episode_id: other!, state: 'failed' })];
    rig.queued.push(...items);
    await tell(
      rig,
      'added',
      [],
      items.map((item) => item.id),
    );
    await becomes(rig, id!, { standing: 'queued' });
    await becomes(rig, other!, { standing: 'failed' });
    rig.queued.length = 0;
    await tell(rig, 'removed', [], [], 2_000);
    await becomes(rig, id!, { standing: 'removed' });
    expect(await standing(rig, other!)).toMatchObject({ standing: 'failed' });
  });

  it('is told with all that happened to the episode, in library and queue', async () => {
    await using rig = await startRig();
    const { id, title } = await rig.addSample();
    const path = await rig.write(`${title} (2021)/Season 01/${title} - S01E02.mkv`);
    await rig.scan();
    const { items: episodes } = await rig.bus.call(anime.episodes, { id });
    const present = episodes.find((one) => one.season === 1 && one.episode === 2)!;
    const missing = episodes.find((one) => one.season === 1 && one.episode === 3)!;
    await rig.bus.call(queue.add, { series_id: id, episode_ids: [missing.id] });
    await rig.db.deleteFrom('file').execute();
    const there = await rig.bus.call(anime.episodeTimeline, { id: present.id });
    expect(there.items.map((entry) => `${entry.from} ${entry.what}`)).toEqual([
      'library added',
      'library files_found',
      'library files_lost',
    ]);
    expect(there.items[1]?.detail).toBe(path);
    const { items, queue_known, sentence } = await rig.bus.call(anime.episodeTimeline, { id: missing.id });
    expect(items.map((entry) => `${entry.from} ${entry.what}`)).toEqual(['library added', 'queue queued']);
    expect([queue_known, sentence.startsWith('It is missing')]).toEqual([true, true]);
    await expect(rig.bus.call(anime.episodeTimeline, { id: randomUUID() })).rejects.toMatchObject({
      code: 'EPISODE_NOT_FOUND',
    });
  });
});

describe('the timeline of a series', () => {
  it('tells what was done to it, the newest first, many episodes in one line', async () => {
    await using rig = await startRig();
    const { id } = await rig.addSample();
    await rig.db.updateTable('episode').set({ monitored: false }).where('season', '=', 1).execute();
    await rig.db.updateTable('series').set({ monitor: 'none', priority: 'high' }).where('id', '=', id).execute();
    await rig.db.updateTable('episode').set({ season: 3 }).where('season', '=', 2).execute();
    const { items } = await rig.bus.call(anime.timeline, { id });
    expect(items.map(({ what, detail, count }) => [what, detail, count])).toEqual([
      ['renumbered', null, 3],
      ['edited', 'monitor none, priority high', 0],
      ['monitoring', 'off', 4],
      ['added', null, 0],
    ]);
    expect((await rig.bus.call(anime.timeline, { id, what: 'monitoring' })).items).toHaveLength(1);
    const page = await rig.bus.call(anime.timeline, { id, limit: 3 });
    const rest = await rig.bus.call(anime.timeline, { id, cursor: page.next_cursor! });
    expect([...page.items, ...rest.items]).toEqual(items);
  });

  it('says nothing when counts change or nothing did', async () => {
    await using rig = await startRig();
    const { id } = await rig.addSample();
    await rig.bus.call(anime.refresh, { id });
    expect((await rig.bus.call(anime.timeline, { id })).items.map((event) => event.what)).toEqual(['added']);
  });
});

describe('what the downloader is told of an episode', () => {
  it('has the ids that other sites know the series by, and its picture', async () => {
    await using rig = await startRig();
    const [episode_id] = await datedEpisodes(rig, ['2024-01-05']);
    const { id } = (await rig.bus.call(anime.list, {})).items[0]!;
    const bare = await rig.bus.call(providers.resolve, { episode_id: episode_id! });
    expect(bare.names).toMatchObject({ tvdb_id: null, anilist_id: null });
    const links = { tvdb: '4711', anilist: 'not a number' };
    await rig.db.transaction().execute((tx) => renewLinks(tx, id, links));
    await rig.db.updateTable('episode').set({ still_url: 'https://static.example/1.jpg' }).execute();
    const { names, about } = await rig.bus.call(providers.resolve, { episode_id: episode_id! });
    expect(names).toMatchObject({ tvdb_id: 4711, anilist_id: null });
    expect(about?.still_url).toBe('https://static.example/1.jpg');
  });

  it('is the same when it asks for several at once, and one that nobody offers costs the others nothing', async () => {
    await using rig = await startRig();
    const [first, second] = await datedEpisodes(rig, ['2024-01-05', '2024-01-12']);
    const alone = await rig.bus.call(providers.resolve, { episode_id: first! });
    const gone = randomUUID();
    await rig.db.updateTable('episode').set({ provider_ref: '9x9' }).where('id', '=', second!).execute();
    const { items } = await rig.bus.call(providers.resolveMany, { episode_ids: [gone, first!, second!] });
    expect(items).toMatchObject([
      { refusal: { code: 'EPISODE_NOT_FOUND' } },
      { resolved: alone },
      { refusal: { code: 'NO_SOURCE' } },
    ]);
  });
});

async function wantedIds(rig: Rig, filter: Partial<Request<typeof anime.wanted>>) {
  return (await rig.bus.call(anime.wanted, filter)).items.map((item) => item.episode_id);
}

async function standing(rig: Rig, id: string): Promise<WantedEpisode | undefined> {
  return (await rig.bus.call(anime.wanted, {})).items.find((item) => item.episode_id === id);
}

const becomes = (rig: Rig, id: string, expected: Partial<WantedEpisode>) =>
  expect.poll(() => standing(rig, id), { timeout: 10_000 }).toMatchObject(expected);

/** Publishes what the queue would tell. */
async function tell(
  { bus }: Rig,
  kind: NonNullable<QueueUpdate['change']>['kind'],
  items: QueueItem[],
  ids = items.map((item) => item.id),
  count = ids.length,
) {
  const update: QueueUpdate = { status: null, change: { kind, ids, count, items } };
  await bus.js.publish(bus.subject(queue.changed), JSON.stringify(update), { msgID: randomUUID() });
}
