import { anime, config, providers, search } from '@aniworld/contracts';
import { track, watchEvent } from '@aniworld/testing';
import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { configure, type Rig, startRig } from './rig.fixture.ts';

describe('a search', () => {
  it('finds series of the sample shelf by any of their titles and says which are in the library', async () => {
    await using rig = await startRig();
    const before = await rig.bus.call(search.query, { q: 'papierbootpost' });
    expect(before.results).toHaveLength(1);
    expect(before.results[0]).toMatchObject({ provider: 'sample', ref: 'paper-boat-post', series_id: null });
    const { id } = await rig.addSample();
    const after = await rig.bus.call(search.query, { q: 'Paper Boat' });
    expect(after.results[0]?.series_id).toBe(id);
    expect(after.providers).toMatchObject([
      { provider: 'sample', ok: true },
      { provider: 'rss', ok: true },
    ]);
  });

  it('gives the others’ results when one provider hangs, and says which', async () => {
    await using rig = await startRig();
    await using feed = await serveWith(() => undefined);
    await configure(rig, [{ name: 'Hanging noodles', url: feed.url }]);
    const { results, providers: outcomes } = await rig.bus.call(search.query, { q: 'noodle' });
    expect(results.map((result) => result.ref)).toEqual(['moonlit-noodle-observatory']);
    expect(outcomes).toMatchObject([
      { provider: 'sample', ok: true, error: null },
      { provider: 'rss', ok: false, error: `The feed at ${new URL(feed.url).host} took too long.` },
    ]);
    expect(outcomes[1]?.took_ms).toBeLessThan(8_000);
  });

  it('asks no provider that is switched off', async () => {
    await using rig = await startRig();
    await rig.bus.call(config.update, { config: { providers: { sample: { enabled: false } } } });
    expect((await rig.bus.call(search.query, { q: 'boat' })).results).toEqual([]);
    expect((await rig.bus.call(providers.list, {})).items).toMatchObject([
      { id: 'sample', enabled: false, licence: 'MIT' },
      { id: 'rss', enabled: true },
    ]);
    await expect(rig.addSample()).rejects.toMatchObject({ code: 'PROVIDER_NOT_FOUND' });
  });
});

describe('a series', () => {
  it('comes into the library with its episodes, and what is missing is counted', async () => {
    await using rig = await startRig();
    await using changed = watchEvent(rig.bus, anime.changed);
    const series = await rig.addSample();
    expect(series).toMatchObject({ title: 'Paper Boat Post', year: 2021, folder: rig.folder, status: 'ended' });
    expect(series).toMatchObject({ episode_count: 8, missing_count: 8, file_count: 0, size: 0 });
    expect(await changed.next()).toEqual({ series_id: series.id, change: 'added', title: series.title });
    expect(await rig.bus.call(anime.get, { id: series.id })).toMatchObject(series);
  });

  it('is there once, however many add it at the same moment', async () => {
    await using rig = await startRig();
    const adds = await Promise.allSettled([rig.addSample(), rig.addSample(), rig.addSample()]);
    const refused = adds.filter((result) => result.status === 'rejected').map((result) => result.reason.code);
    expect(refused).toEqual(['SERIES_EXISTS', 'SERIES_EXISTS']);
    expect((await rig.bus.call(anime.list, {})).items).toHaveLength(1);
  });

  it('is not added from nowhere, nor to a folder that is not the library’s', async () => {
    await using rig = await startRig();
    const add = (more: object) => rig.bus.call(search.add, { provider: 'sample', ref: 'paper-boat-post', ...more });
    await expect(add({ provider: 'nobody' })).rejects.toMatchObject({ code: 'PROVIDER_NOT_FOUND' });
    await expect(add({ ref: 'nothing' })).rejects.toMatchObject({ code: 'SERIES_NOT_FOUND' });
    await expect(add({ folder: '/somewhere/else' })).rejects.toMatchObject({ code: 'FOLDER_UNUSABLE' });
  });

  it('is not added while there is no library folder', async () => {
    await using rig = await startRig({ environment: { DEFAULT_LIBRARY_DIR: undefined } });
    await expect(rig.addSample()).rejects.toMatchObject({
      code: 'FOLDER_UNUSABLE',
      message: 'There is no library folder yet. Name one in the configuration first.',
    });
  });

  it('lists its episodes in the order of watching, specials last', async () => {
    await using rig = await startRig();
    const { id } = await rig.addSample();
    const { items } = await rig.bus.call(anime.episodes, { id });
    expect(items.map(({ season, episode }) => `${season}x${episode}`).join(' ')).toBe(
      '1x1 1x2 1x3 1x4 2x1 2x2 2x3 0x1',
    );
    expect(items[0]).toMatchObject({ title: 'The First Fold', air_date: '2021-04-04', file: null, missing: true });
    expect((await rig.bus.call(anime.episodes, { id, missing: false })).items).toEqual([]);
  });

  it('leaves the library with its episodes', async () => {
    await using rig = await startRig();
    const { id, title } = await rig.addSample();
    await using changed = watchEvent(rig.bus, anime.changed);
    await rig.bus.call(anime.remove, { id });
    expect(await changed.next(({ change }) => change === 'removed')).toEqual({
      series_id: id,
      change: 'removed',
      title,
    });
    for (const op of [anime.get, anime.episodes, anime.refresh, anime.remove, anime.download])
      await expect(rig.bus.call(op, { id })).rejects.toMatchObject({ code: 'SERIES_NOT_FOUND' });
  });
});

describe('the list of series', () => {
  it('comes in pages that neither repeat nor leave out a series', async () => {
    await using rig = await startRig();
    await insertMany(rig.db, 25);
    for (const sort of ['title', 'added'] as const) {
      const seen: string[] = [];
      for (let cursor: string | undefined; ; ) {
        const page = await rig.bus.call(anime.list, { limit: 7, sort, ...(cursor && { cursor }) });
        expect(page.total).toBe(cursor ? null : 25);
        seen.push(...page.items.map((series) => series.id));
        if (page.next_cursor === null) break;
        cursor = page.next_cursor;
      }
      expect(seen).toHaveLength(25);
      expect(new Set(seen).size).toBe(25);
    }
  });

  it('is narrowed by a part of any title, by status and by what is missing', async () => {
    await using rig = await startRig();
    await rig.addSample();
    await rig.addSample('moonlit-noodle-observatory');
    const titles = async (filter: object) =>
      (await rig.bus.call(anime.list, filter)).items.map((series) => series.title);
    expect(await titles({})).toEqual(['Moonlit Noodle Observatory', 'Paper Boat Post']);
    expect(await titles({ sort: 'added' })).toEqual(['Paper Boat Post', 'Moonlit Noodle Observatory'].toReversed());
    expect(await titles({ q: 'KAMIBUNE' })).toEqual(['Paper Boat Post']);
    expect(await titles({ q: 'ラーメン' })).toEqual(['Moonlit Noodle Observatory']);
    expect(await titles({ q: '%' })).toEqual([]);
    expect(await titles({ status: 'continuing' })).toEqual([]);
    expect(await titles({ missing: false })).toEqual([]);
    expect(await titles({ missing: true, q: 'boat' })).toEqual(['Paper Boat Post']);
  });

  it('refuses a cursor that is none of its own', async () => {
    await using rig = await startRig();
    await expect(rig.bus.call(anime.list, { cursor: 'made-up' })).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
  });
});

describe('what the queue asks', () => {
  it('is answered for all episodes or for none', async () => {
    await using rig = await startRig();
    const { id } = await rig.addSample();
    const { items } = await rig.bus.call(anime.episodes, { id });
    const ids = items.map((episode) => episode.id).toReversed();
    const brief = await rig.bus.call(anime.brief, { series_id: id, episode_ids: ids });
    expect(brief.items.map((one) => one.episode_id)).toEqual(ids);
    expect(brief.items[0]).toMatchObject({ series_title: 'Paper Boat Post', season: 0, episode: 1 });
    const ask = (series_id: string, episode_ids: string[]) => rig.bus.call(anime.brief, { series_id, episode_ids });
    await expect(ask(id, [...ids, randomUUID()])).rejects.toMatchObject({ code: 'EPISODE_NOT_FOUND' });
    await expect(ask(randomUUID(), ids)).rejects.toMatchObject({ code: 'SERIES_NOT_FOUND' });
    const other = await rig.addSample('moonlit-noodle-observatory');
    await expect(ask(other.id, ids)).rejects.toMatchObject({ code: 'EPISODE_NOT_FOUND' });
  });

  it('puts what is missing of a season into the queue, and nothing when nothing is missing', async () => {
    await using rig = await startRig();
    const { id } = await rig.addSample();
    const { items, added } = await rig.bus.call(anime.download, { id, season: 2, priority: 'high' });
    expect(added).toBe(3);
    expect(items.map(({ season, episode, priority }) => [season, episode, priority])).toEqual([
      [2, 1, 'high'],
      [2, 2, 'high'],
      [2, 3, 'high'],
    ]);
    expect((await rig.bus.call(anime.download, { id })).added).toBe(5);
    expect(await rig.bus.call(anime.download, { id, season: 9 })).toEqual({ batch: null, items: [], added: 0 });
  });

  it('resolves an episode to bytes that are what it says', async () => {
    await using rig = await startRig();
    const { id } = await rig.addSample('moonlit-noodle-observatory');
    const [episode] = (await rig.bus.call(anime.episodes, { id })).items;
    const { source, names, folder } = await rig.bus.call(providers.resolve, { episode_id: episode!.id });
    expect(names).toMatchObject({
      series: 'Moonlit Noodle Observatory',
      year: 2024,
      season: 1,
      episode: 1,
      absolute: 1,
      title: 'Broth at Magnitude Zero',
    });
    expect(folder).toBe(rig.folder);
    const bytes = Buffer.from(await (await fetch(source.url)).arrayBuffer());
    expect(bytes.length).toBe(source.size);
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(source.sha256);
  });

  it('says of an episode which files hold it alone, and whether its folder is known', async () => {
    await using rig = await startRig();
    const { id } = await rig.addSample();
    const [first, second, third] = (await rig.bus.call(anime.episodes, { id })).items;
    const ask = (episode_id: string) => rig.bus.call(providers.resolve, { episode_id });
    expect(await ask(first!.id)).toMatchObject({ folder_known: false, replaces: [] });
    const alone = await rig.write('Paper Boat Post/Season 01/Paper Boat Post - S01E01.mkv', 7);
    await rig.write('Paper Boat Post/Season 01/Paper Boat Post - S01E02-E03.mkv');
    await rig.scan();
    const known = await ask(first!.id);
    expect(known).toMatchObject({ folder_known: true, replaces: [{ path: alone, size: 7 }] });
    expect(known.about?.poster_url).toBeDefined();
    for (const one of [second, third]) expect((await ask(one!.id)).replaces).toEqual([]);
  });

  it('has no source for an episode that nobody offers', async () => {
    await using rig = await startRig();
    const { id } = await rig.addSample();
    const [episode] = (await rig.bus.call(anime.episodes, { id })).items;
    const ask = () => rig.bus.call(providers.resolve, { episode_id: episode!.id });
    await rig.db.updateTable('episode').set({ provider_ref: '9x9' }).where('id', '=', episode!.id).execute();
    await expect(ask()).rejects.toMatchObject({ code: 'NO_SOURCE' });
    await rig.bus.call(config.update, { config: { providers: { sample: { enabled: false } } } });
    await expect(ask()).rejects.toMatchObject({ code: 'PROVIDER_NOT_FOUND' });
    await rig.bus.call(anime.remove, { id });
    await expect(ask()).rejects.toMatchObject({ code: 'EPISODE_NOT_FOUND' });
  });
});

describe('a feed', () => {
  const item = (n: number) =>
    `<item><title>Part ${n}</title><guid>g${n}</guid><pubDate>${new Date(Date.UTC(2024, 0, n)).toUTCString()}</pubDate>
     <enclosure url="/v/${n}.m4v" length="7" type="video/x-m4v"/></item>`;

  it('is a series whose episodes keep their numbers while items come and go', async () => {
    await using rig = await startRig();
    let shown = [3, 2, 1];
    await using feed = await serveWith((_, response) =>
      response.end(`<rss version="2.0"><channel><title>Harbour</title>${shown.map(item).join('')}</channel></rss>`),
    );
    await configure(rig, [{ name: 'My harbour', url: feed.url }]);
    const { results } = await rig.bus.call(search.query, { q: 'my harbour' });
    expect(results).toMatchObject([{ provider: 'rss', ref: feed.url, title: 'Harbour', year: 2024, episode_count: 3 }]);
    const { id } = await rig.bus.call(search.add, { provider: 'rss', ref: feed.url });
    shown = [5, 4, 3];
    await rig.bus.call(anime.refresh, { id });
    const { items } = await rig.bus.call(anime.episodes, { id });
    expect(items.map(({ episode, title }) => `${episode} ${title}`)).toEqual([
      '1 Part 1',
      '2 Part 2',
      '3 Part 3',
      '4 Part 4',
      '5 Part 5',
    ]);
    const { source } = await rig.bus.call(providers.resolve, { episode_id: items[4]!.id });
    expect(source).toMatchObject({ url: new URL('/v/5.m4v', feed.url).href, ext: 'm4v', size: null });
    await expect(rig.bus.call(providers.resolve, { episode_id: items[0]!.id })).rejects.toMatchObject({
      code: 'NO_SOURCE',
    });
  });

  it('is only asked when the configuration names it', async () => {
    await using rig = await startRig();
    let asked = 0;
    await using feed = await serveWith((_, response) => {
      asked += 1;
      response.end();
    });
    await expect(rig.bus.call(search.add, { provider: 'rss', ref: feed.url })).rejects.toMatchObject({
      code: 'SERIES_NOT_FOUND',
    });
    expect(asked).toBe(0);
  });
});

async function insertMany(db: Rig['db'], count: number) {
  const rows = Array.from({ length: count }, (_, n) => ({
    title: `Series ${n % 5}`,
    provider: 'sample',
    provider_ref: `many-${n}`,
    folder: '/library',
    sort_title: `series ${n % 5}`,
    search_text: '',
    year: null,
    overview: null,
    poster_url: null,
  }));
  await db.insertInto('series').values(rows).execute();
}

async function serveWith(answer: (request: IncomingMessage, response: ServerResponse) => unknown) {
  const server = createServer((request, response) => void answer(request, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return track('feed server', {
    url: `http://127.0.0.1:${port}/feed.xml`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  });
}
