import { anime, config, search } from '@aniworld/contracts';
import { watchEvent } from '@aniworld/testing';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startRig } from './rig.fixture.ts';

const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

describe('a series', () => {
  it('shows what is wanted of it, its seasons and its links', async () => {
    await using rig = await startRig();
    const { id } = await rig.addSample();
    const season = (number: number, count: number) => ({
      ...{ season: number, episode_count: count, file_count: 0 },
      ...{ missing_count: count, monitored_count: count },
    });
    expect(await rig.bus.call(anime.get, { id })).toMatchObject({
      ...{ monitor: 'all', auto_download: false, priority: 'normal', tags: [], next_airing: null },
      links: { sample: 'paper-boat-post' },
      seasons: [season(1, 4), season(2, 3), season(0, 1)],
    });
  });

  it('takes every change that a person makes, and tells of it', async () => {
    await using rig = await startRig();
    const { id, title } = await rig.addSample();
    await using changed = watchEvent(rig.bus, anime.changed);
    const change = {
      auto_download: true,
      priority: 'high',
      tags: ['Cosy', 'cosy', 'boats'],
      links: { tvdb: '42' },
    } as const;
    const amended = await rig.bus.call(anime.update, { id, ...change, tags: [...change.tags] });
    expect(amended).toMatchObject({ auto_download: true, priority: 'high', tags: ['boats', 'cosy'], monitor: 'all' });
    expect(amended.links).toEqual({ sample: 'paper-boat-post', tvdb: '42' });
    expect(await changed.next(({ change: what }) => what === 'updated')).toEqual({
      series_id: id,
      change: 'updated',
      title,
    });
    const again = await rig.bus.call(anime.update, {
      ...{ id, add_tags: ['new'], remove_tags: ['BOATS'], links: { tvdb: null, anilist: '7' } },
    });
    expect(again).toMatchObject({ tags: ['cosy', 'new'], links: { anilist: '7' }, priority: 'high' });
    expect(again.links).not.toHaveProperty('tvdb');
    expect(await rig.bus.call(anime.get, { id })).toEqual(again);
  });

  it('is not moved to a folder that is not the library’s, nor changed by nothing', async () => {
    await using rig = await startRig();
    const { id } = await rig.addSample();
    await expect(rig.bus.call(anime.update, { id, folder: '/elsewhere' })).rejects.toMatchObject({
      ...{ code: 'FOLDER_UNUSABLE', message: '/elsewhere is not one of the library folders.' },
    });
    expect(await rig.bus.call(anime.update, { id, folder: rig.folder })).toMatchObject({ folder: rig.folder });
    await expect(rig.bus.call(anime.update, { id })).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
    await expect(rig.bus.call(anime.update, { id: randomUUID(), monitor: 'all' })).rejects.toMatchObject({
      code: 'SERIES_NOT_FOUND',
    });
  });

  it('goes to another folder without its files, and says how many stay behind', async () => {
    await using rig = await startRig();
    const { id } = await rig.addSample();
    await rig.write('Paper Boat Post S01E01.mkv');
    await rig.scan();
    expect(await rig.bus.call(anime.get, { id })).toMatchObject({ file_count: 1, files_elsewhere: 0 });
    const other = await mkdtemp(join(tmpdir(), 'aniworld-other-'));
    await rig.bus.call(config.patch, { config: { library: { folders: [rig.folder, other] } } });
    expect(await rig.bus.call(anime.update, { id, folder: other })).toMatchObject({
      folder: other,
      files_elsewhere: 1,
    });
    await rm(other, { recursive: true });
  });

  it('has no more than a hundred tags', async () => {
    await using rig = await startRig();
    const { id } = await rig.addSample();
    const tags = (from: number) => Array.from({ length: 50 }, (_, n) => `tag ${from + n}`);
    await rig.bus.call(anime.update, { id, tags: tags(0) });
    await rig.bus.call(anime.update, { id, add_tags: tags(50) });
    const over = rig.bus.call(anime.update, { id, add_tags: ['one more'] });
    await expect(over).rejects.toMatchObject({ code: 'INVALID_REQUEST', details: { errors: [{ path: 'add_tags' }] } });
    expect((await rig.bus.call(anime.get, { id })).tags).toHaveLength(100);
  });
});

describe('the rule of a series', () => {
  it('says which of the episodes that are there are wanted', async () => {
    await using rig = await startRig();
    const { id } = await rig.addSample();
    await rig.write('Paper Boat Post/Season 01/Paper Boat Post - S01E01.mkv');
    await rig.scan();
    await rig.db
      .updateTable('episode')
      .set({ air_date: day(3) })
      .where('season', '=', 2)
      .execute();
    const monitored = async (monitor: 'all' | 'future' | 'missing' | 'none') => {
      const { monitored_count, missing_count, next_airing } = await rig.bus.call(anime.update, { id, monitor });
      expect(next_airing).toBe(day(3));
      return [monitored_count, missing_count];
    };
    expect(await monitored('none')).toEqual([0, 0]);
    expect(await monitored('future')).toEqual([3, 0]);
    expect(await monitored('missing')).toEqual([7, 4]);
    expect(await monitored('all')).toEqual([8, 4]);
  });

  it('says which of those that appear later are wanted', async () => {
    await using rig = await startRig();
    const { id } = await rig.addSample();
    await rig.bus.call(anime.update, { id, monitor: 'future' });
    await rig.db.deleteFrom('episode').where('season', '=', 2).execute();
    // As if the rule had been set before the first of season 2 was aired.
    await rig.db.updateTable('series').set({ monitored_from: '2021-01-01' }).execute();
    expect(await rig.bus.call(anime.refresh, { id })).toMatchObject({ episode_count: 8, monitored_count: 3 });
    await rig.db.deleteFrom('episode').where('season', '=', 2).execute();
    await rig.db
      .updateTable('series')
      .set({ monitored_from: day(0) })
      .execute();
    expect(await rig.bus.call(anime.refresh, { id })).toMatchObject({ episode_count: 8, monitored_count: 0 });
  });
});

describe('episodes', () => {
  it('are wanted or not by their ids, by season or all together, and are counted so', async () => {
    await using rig = await startRig();
    const { id } = await rig.addSample();
    const { items } = await rig.bus.call(anime.episodes, { id });
    const set = async (choice: object, monitored: boolean) => {
      const { count } = await rig.bus.call(anime.monitor, { id, monitored, ...choice });
      return [count, (await rig.bus.call(anime.get, { id })).missing_count];
    };
    expect(await set({ season: 1 }, false)).toEqual([4, 4]);
    expect(await set({ season: 1 }, false)).toEqual([0, 4]);
    expect(await set({ episode_ids: [items[0]!.id, items[7]!.id] }, true)).toEqual([1, 5]);
    expect(await set({ all: true }, false)).toEqual([6 - 1, 0]);
    const after = await rig.bus.call(anime.episodes, { id });
    expect(after.items.every((one) => !one.monitored && !one.missing)).toBe(true);
    expect((await rig.bus.call(anime.download, { id })).added).toBe(0);
    expect(await set({ all: true }, true)).toEqual([8, 8]);
  });

  it('that are not the series’ are named, and nothing is changed', async () => {
    await using rig = await startRig();
    const { id } = await rig.addSample();
    const [own] = (await rig.bus.call(anime.episodes, { id })).items;
    const stranger = randomUUID();
    const wrong = { id, monitored: false, episode_ids: [own!.id, stranger] };
    await expect(rig.bus.call(anime.monitor, wrong)).rejects.toMatchObject({
      code: 'EPISODE_NOT_FOUND',
      message: `No episode of this series has the id ${stranger}. Nothing was changed.`,
      details: { errors: [{ path: 'episode_ids.1', message: stranger }] },
    });
    expect((await rig.bus.call(anime.get, { id })).monitored_count).toBe(8);
    await expect(rig.bus.call(anime.monitor, { id, monitored: false, season: 7 })).rejects.toMatchObject({
      message: 'This series has no season 7.',
    });
    const both = rig.bus.call(anime.monitor, { id, monitored: false, season: 1, all: true });
    await expect(both).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
  });

  it('come in pages that together are all of them', async () => {
    await using rig = await startRig();
    const { id } = await rig.addSample();
    const whole = await rig.bus.call(anime.episodes, { id });
    const seen: string[] = [];
    for (let cursor: string | undefined; ; ) {
      const page = await rig.bus.call(anime.episodes, { id, limit: 3, ...(cursor && { cursor }) });
      seen.push(...page.items.map((one) => one.id));
      if (page.next_cursor === null) break;
      cursor = page.next_cursor;
    }
    expect(seen).toEqual(whole.items.map((one) => one.id));
    expect((await rig.bus.call(anime.episodes, { id, season: 2 })).items).toHaveLength(3);
  });

  it('of the longest series are read within messages that the broker takes', async () => {
    await using rig = await startRig();
    const { id } = await rig.addSample();
    const rows = Array.from({ length: 5_000 }, (_, n) => ({
      ...{ series_id: id, season: 9, episode: n + 1, title: `Part ${n}`, provider_ref: `many ${n}` },
      overview: 'A long night on the river. '.repeat(40),
    }));
    for (let at = 0; at < rows.length; at += 1_000)
      await rig.db
        .insertInto('episode')
        .values(rows.slice(at, at + 1_000))
        .execute();
    let count = 0;
    for (let cursor: string | undefined; ; ) {
      const page = await rig.bus.call(anime.episodes, { id, ...(cursor && { cursor }) });
      count += page.items.length;
      if (page.next_cursor === null) break;
      cursor = page.next_cursor;
    }
    expect(count).toBe(5_008);
  });
});

describe('many series', () => {
  it('are changed by their ids, or by a filter', async () => {
    await using rig = await startRig();
    const boat = await rig.addSample();
    const noodle = await rig.addSample('moonlit-noodle-observatory');
    const change = (what: object) => rig.bus.call(anime.updateMany, what);
    expect(await change({ ids: [boat.id, noodle.id, boat.id], monitor: 'none', add_tags: ['later'] })).toEqual({
      count: 2,
    });
    expect(await rig.bus.call(anime.get, { id: noodle.id })).toMatchObject({ monitored_count: 0, tags: ['later'] });
    expect(await change({ filter: { q: 'noodle' }, monitor: 'all', priority: 'low' })).toEqual({ count: 1 });
    expect(await change({ filter: {}, auto_download: true })).toEqual({ count: 2 });
    expect(await change({ filter: {}, auto_download: true })).toEqual({ count: 0 });
    const { items } = await rig.bus.call(anime.list, { tag: 'Later' });
    expect(items.map((one) => [one.monitor, one.priority, one.auto_download])).toEqual([
      ['all', 'low', true],
      ['none', 'normal', true],
    ]);
  });

  it('stay as they are when one of them is unknown, and the unknown ones are named', async () => {
    await using rig = await startRig();
    const { id } = await rig.addSample();
    const stranger = randomUUID();
    await expect(rig.bus.call(anime.updateMany, { ids: [id, stranger], monitor: 'none' })).rejects.toMatchObject({
      code: 'SERIES_NOT_FOUND',
      message: `No series has the id ${stranger}. Nothing was changed.`,
      details: { errors: [{ path: 'ids.1', message: stranger }] },
    });
    expect(await rig.bus.call(anime.get, { id })).toMatchObject({ monitor: 'all', monitored_count: 8 });
    for (const wrong of [{ monitor: 'none' }, { ids: [id], filter: {}, monitor: 'none' }, { ids: [id] }])
      await expect(rig.bus.call(anime.updateMany, wrong as never)).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
  });

  it('are told of in one event when there are very many', async () => {
    await using rig = await startRig();
    await rig.addSample();
    const rows = Array.from({ length: 60 }, (_, n) => ({
      ...{ title: `Series ${n}`, sort_title: `series ${n}`, search_text: '' },
      ...{ provider: 'sample', provider_ref: `many-${n}`, folder: rig.folder },
    }));
    await rig.db.insertInto('series').values(rows).execute();
    await using changed = watchEvent(rig.bus, anime.changed);
    expect(await rig.bus.call(anime.updateMany, { filter: {}, priority: 'high' })).toEqual({ count: 61 });
    expect(await changed.next(({ change }) => change === 'updated')).toMatchObject({ more: 60 });
  });
});

it('queues downloads at the priority of the series unless another is named', async () => {
  await using rig = await startRig();
  const { id } = await rig.bus.call(search.add, { provider: 'sample', ref: 'paper-boat-post' });
  await rig.bus.call(anime.update, { id, priority: 'low' });
  const priorities = async (more: object) =>
    (await rig.bus.call(anime.download, { id, ...more })).items.map((item) => item.priority);
  expect(await priorities({ season: 2 })).toEqual(['low', 'low', 'low']);
  expect(await priorities({ season: 0, priority: 'high' })).toEqual(['high']);
});
