import { createHash } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import type { AppError } from '@aniworld/contracts';
import { createClient } from '@aniworld/sdk';
import { expect, test } from 'vitest';
import { listenTo, startSystem } from './system.ts';

test('from the set-up to a whole series in the library, watched live', async () => {
  await using system = await startSystem();
  const { client } = system;
  expect(await client.auth.status()).toMatchObject({ set_up: false, authenticated: false });
  await system.setUp();
  expect(await client.auth.status()).toMatchObject({ set_up: true, authenticated: true });

  const { results } = await client.search.query({ q: 'paper boat' });
  expect(results[0]).toMatchObject({ provider: 'sample', title: 'Paper Boat Post', series_id: null });
  const series = await client.search.add({ provider: 'sample', ref: results[0]!.ref });
  expect(series).toMatchObject({ episode_count: 8, missing_count: 8, file_count: 0 });
  await expect(client.search.add({ provider: 'sample', ref: results[0]!.ref })).rejects.toMatchObject({
    code: 'SERIES_EXISTS',
  });

  using realtime = await listenTo(system, 'downloads', 'library');
  const seen = new Set<string>();
  const all = realtime.next('download_complete', ({ item }) => seen.add(item.id).size === 8);
  const present = realtime.next('library_changed', ({ change }) => change === 'files');
  const { items, added } = await client.anime.download({ id: series.id });
  expect(added).toBe(8);
  await all;
  await present;

  for (const { id } of items) {
    const { item, timeline } = await client.queue.get({ id });
    expect(item.state).toBe('completed');
    expect(timeline.map((entry) => entry.what)).toEqual(['queued', 'claimed', 'completed']);
    expect(
      createHash('sha256')
        .update(await readFile(item.path!))
        .digest('hex'),
    ).toBe(item.sha256);
  }
  await expect
    .poll(() => client.anime.get({ id: series.id }), { timeout: 10_000 })
    .toMatchObject({ file_count: 8, missing_count: 0 });
});

test('a file that was deleted is missing after the next scan and can be fetched again', async () => {
  await using system = await startSystem();
  await system.setUp();
  const { client } = system;
  const { id } = await client.search.add({ provider: 'sample', ref: 'moonlit-noodle-observatory' });
  using realtime = await listenTo(system, 'downloads', 'library');
  const seen = new Set<string>();
  const all = realtime.next('download_complete', ({ item }) => seen.add(item.id).size === 6);
  const { items } = await client.anime.download({ id });
  await all;
  await expect.poll(() => client.anime.get({ id }), { timeout: 10_000 }).toMatchObject({ missing_count: 0 });

  const { item } = await client.queue.get({ id: items[2]!.id });
  await rm(item.path!);
  const scanned = realtime.next('scan_progress', (scan) => scan.state === 'completed');
  await client.anime.rescan();
  expect(await scanned).toMatchObject({ removed: 1, files: 5 });
  const { items: missing } = await client.anime.episodes({ id, missing: true });
  expect(missing.map((episode) => episode.id)).toEqual([item.episode_id]);

  const again = realtime.next('download_complete');
  expect((await client.anime.download({ id })).added).toBe(1);
  expect((await again).path).toBe(item.path);
});

test('a session that was logged out is refused over HTTP and its socket is cut', async () => {
  await using system = await startSystem();
  await system.setUp();
  const other = createClient({ baseUrl: system.system.url, token: system.token });
  using realtime = await listenTo(system, 'queue');
  expect(realtime.state).toBe('live');
  await other.auth.logout();
  await expect
    .poll(
      async () =>
        other.queue.status().then(
          () => 'allowed',
          (error: AppError) => error.code,
        ),
      { timeout: 1_000, interval: 50 },
    )
    .toBe('SESSION_REVOKED');
  await expect.poll(() => realtime.state, { timeout: 5_000 }).toBe('closed');
});

test('the system survives a restart with its queue, its library and its sessions', async () => {
  const { mkdtemp } = await import('node:fs/promises');
  const { tmpdir } = await import('node:os');
  const { testDatabase, testPrefix } = await import('@aniworld/testing');
  await using database = await testDatabase();
  const dataDir = await mkdtemp(`${tmpdir()}/aniworld-flow-`);
  const same = { dataDir, databaseUrl: database.url, natsPrefix: testPrefix() };
  let token: string | null = null;
  {
    await using system = await startSystem({ ...same, shelfBytesPerSecond: 40_000 });
    await system.setUp();
    token = system.token();
    const { id } = await system.client.search.add({ provider: 'sample', ref: 'paper-boat-post' });
    using realtime = await listenTo(system, 'downloads');
    const moving = realtime.next('download_progress', (data) => data.bytes_done > 0);
    await system.client.anime.download({ id });
    await moving;
  }
  await using system = await startSystem({ ...same, shelfBytesPerSecond: 100_000 });
  system.useToken(token);
  using realtime = await listenTo(system, 'downloads');
  const done = async () => (await system.client.queue.status()).counts.completed;
  await realtime.next('download_complete');
  await expect.poll(done, { timeout: 30_000 }).toBe(8);
  const { items } = await system.client.queue.items({});
  expect(items.every((item) => item.attempt === 0)).toBe(true);
  await rm(dataDir, { recursive: true, force: true });
});
