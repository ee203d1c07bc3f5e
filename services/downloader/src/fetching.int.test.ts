import { queue } from '@aniworld/contracts';
import { startQueueRig, watchEvent } from '@aniworld/testing';
import { createHash } from 'node:crypto';
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, inject, test } from 'vitest';
import { serveFolder } from './hls/origin.fixture.ts';
import { listOf, mediaPlaylist, transportSegment } from './hls/packet.fixture.ts';
import { NO_FFMPEG } from './hls/rig.fixture.ts';

async function makeFolder() {
  const path = await mkdtemp(join(tmpdir(), 'aniworld-origin-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

test('a stream comes through the queue into the library as one file, and goes on where a broken try left it', async () => {
  await using folder = await makeFolder();
  const segments = Array.from({ length: 6 }, (_, i) => transportSegment(i, 1));
  for (const [i, segment] of segments.entries()) await writeFile(join(folder.path, `s${i}.ts`), segment);
  await writeFile(join(folder.path, 'film.m3u8'), mediaPlaylist(listOf(6)));
  await using origin = await serveFolder(folder.path);
  await using rig = await startQueueRig({ natsUrl: inject('natsUrl'), queue: { connections: 1 } });
  rig.catalog.configure({}, { download: NO_FFMPEG.settings });
  await using completed = watchEvent(rig.bus, queue.completed);
  await using _replica = await rig.replica();
  origin.lies.set('s4.ts', (_, response) => void response.writeHead(502).end());
  const episode = rig.catalog.add(
    () => ({ url: origin.url('film.m3u8'), engine: 'hls', size: 1, ext: 'm3u8' }),
    'Film',
  );
  const { items } = await rig.bus.call(queue.add, { series_id: rig.catalog.seriesId, episode_ids: [episode] });
  const failed = async () => (await rig.bus.call(queue.get, { id: items[0]!.id })).timeline.map(({ what }) => what);
  await expect.poll(failed, { timeout: 10_000 }).toContain('http_5xx');
  origin.lies.delete('s4.ts');
  await rig.execute('update downloader.item set not_before = null');
  await rig.execute('update downloader.host set blocked_until = null, failures = 0');
  const done = await completed.next(() => true, 20_000);
  expect(done.path).toMatch(/Film\.ts$/);
  expect(done.sha256).toBe(createHash('sha256').update(Buffer.concat(segments)).digest('hex'));
  expect(
    createHash('sha256')
      .update(await readFile(done.path))
      .digest('hex'),
  ).toBe(done.sha256);
  expect(origin.asked.filter((name) => name === 's0.ts')).toHaveLength(1);
  expect(await readdir(join(rig.folder, '.aniworld'))).toEqual([]);
});

test('what needs yt-dlp waits for a worker that has it, and says so', async () => {
  await using rig = await startQueueRig({ natsUrl: inject('natsUrl') });
  await using completed = watchEvent(rig.bus, queue.completed);
  await using _replica = await rig.replica({ PATH: '/nowhere' });
  rig.origin.add({ name: 'page', seed: 'page', size: 10 });
  const episode = rig.catalog.add(() => ({ url: rig.origin.url('page'), engine: 'ytdlp' }), 'Talk');
  const { items } = await rig.bus.call(queue.add, { series_id: rig.catalog.seriesId, episode_ids: [episode] });
  const look = async () => (await rig.bus.call(queue.get, { id: items[0]!.id })).item;
  await expect.poll(look, { timeout: 10_000 }).toMatchObject({
    state: 'pending',
    attempt: 0,
    error_detail: 'Waits for a worker that has ytdlp; none of those that run may have it.',
  });
  await using folder = await makeFolder();
  await writeFile(join(folder.path, 'yt-dlp'), STUB);
  await chmod(join(folder.path, 'yt-dlp'), 0o755);
  await using _able = await rig.replica({ PATH: `${folder.path}:/usr/bin:/bin` });
  const done = await completed.next(() => true, 20_000);
  expect(done.path).toMatch(/Talk\.mkv$/);
  expect(await readFile(done.path, 'latin1')).toMatch(/^\x1aE\xdf\xa3/);
});

/** Says that it is a recent yt-dlp, and leaves a file that begins as Matroska does. */
const STUB = `#!/bin/sh
case "$*" in *--version*) echo 2026.01.01; exit 0;; esac
printf '\\032\\105\\337\\243 a film' > media.mkv
`;
