import { anime, config, type DownloadCompleted, queue } from '@aniworld/contracts';
import { watchEvent } from '@aniworld/testing';
import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { queueItem, type Rig, startRig } from './rig.fixture.ts';
import { insertScan, saveProgress, withScanLock } from './store/scan.ts';

const show = 'Paper Boat Post (2021)';
const patient = { timeout: 10_000 };
const noCounts = { folders: 0, files: 0, matched: 0, unmatched: 0, extras: 0, removed: 0, problems: [] };

describe('a scan', () => {
  it('finds files, says why they belong to their episodes, and counts what is missing', async () => {
    await using rig = await startRig();
    const { id } = await rig.addSample();
    await using changed = watchEvent(rig.bus, anime.changed);
    const path = await rig.write(`${show}/Season 01/Paper Boat Post - S01E02 - Upstream.mkv`, 300);
    await rig.write(`${show}/Season 02/Paper.Boat.Post.S02E01-E02.1080p.mkv`, 700);
    const scan = await rig.scan();
    expect(scan).toMatchObject({ state: 'completed', files: 2, matched: 2, unmatched: 0, removed: 0, problems: [] });
    expect(await rig.bus.call(anime.scan, {})).toEqual(scan);
    expect(await changed.next(({ change }) => change === 'files')).toMatchObject({ series_id: id });
    expect(await rig.bus.call(anime.get, { id })).toMatchObject({ missing_count: 5, file_count: 3, size: 1_000 });
    expect((await present(rig, id)).map(({ season, episode }) => `${season}x${episode}`)).toEqual([
      '1x2',
      '2x1',
      '2x2',
    ]);
    const [second] = await present(rig, id);
    expect(second?.file).toMatchObject({
      path,
      size: 300,
      match: '“Paper Boat Post” by its name; season 1, episode 2 (rule S01E02).',
    });
  });

  it('lists what belongs to nothing with the reason, in pages', async () => {
    await using rig = await startRig();
    await rig.addSample();
    await rig.addSample('moonlit-noodle-observatory');
    await rig.write('Somebody Else - S01E01.mkv');
    await rig.write(`${show}/Paper Boat Post - 07.mkv`);
    await rig.write(`${show}/Season 03/Paper Boat Post - S03E01.mkv`);
    await rig.write('Moonlit Noodle Observatory/Moonlit Noodle Observatory - 03.mkv');
    expect(await rig.scan()).toMatchObject({ files: 4, matched: 1, unmatched: 3 });
    const first = await rig.bus.call(anime.unmatched, { limit: 2 });
    const second = await rig.bus.call(anime.unmatched, { limit: 2, cursor: first.next_cursor! });
    expect([...first.items, ...second.items].map((file) => file.reason)).toEqual([
      'It names no season, and “Paper Boat Post” has several.',
      '“Paper Boat Post” has no season 3, episode 1.',
      'No series in the library is called “Somebody Else”.',
    ]);
    expect(second.next_cursor).toBeNull();
  });

  it('passes over hidden folders, part files, links and whatever is no video', async () => {
    await using rig = await startRig();
    await rig.addSample();
    await rig.write('.aniworld/Paper Boat Post - S01E01.mkv');
    await rig.write(`${show}/.hidden - S01E01.mkv`);
    await rig.write(`${show}/Paper Boat Post - S01E01.mkv.part`);
    await rig.write(`${show}/Paper Boat Post - S01E01.srt`);
    const outside = join(rig.folder, '..', `outside-${randomUUID()}`);
    await mkdir(outside);
    try {
      await writeFile(join(outside, 'Paper Boat Post - S01E01.mkv'), 'x');
      await symlink(outside, join(rig.folder, 'linked'));
      await symlink(
        join(outside, 'Paper Boat Post - S01E01.mkv'),
        join(rig.folder, show, 'Paper Boat Post - S01E01.mkv'),
      );
      expect(await rig.scan()).toMatchObject({ files: 0, matched: 0, unmatched: 0 });
    } finally {
      await rm(outside, { recursive: true });
    }
  });

  it('leaves alone what has not changed, and sees a new size', async () => {
    await using rig = await startRig();
    const { id } = await rig.addSample();
    const path = await rig.write(`${show}/Paper Boat Post - S01E01.mkv`, 100);
    await using changed = watchEvent(rig.bus, anime.changed);
    const news = () => changed.seen.filter(({ change }) => change === 'files').length;
    await rig.scan();
    await changed.next(({ change }) => change === 'files');
    const rows = () => rig.db.selectFrom('file').selectAll().execute();
    const before = await rows();
    expect(await rig.scan()).toMatchObject({ files: 1, matched: 1 });
    expect(await rows()).toEqual(before);
    expect(news()).toBe(1);
    await writeFile(path, Buffer.alloc(250));
    await utimes(path, 1_700_000_000, 1_700_000_000);
    await rig.scan();
    await expect.poll(news, patient).toBe(2);
    expect((await present(rig, id))[0]?.file).toMatchObject({ size: 250, modified_at: '2023-11-14T22:13:20.000Z' });
  });

  it('makes an episode missing again when its file is gone', async () => {
    await using rig = await startRig();
    const { id } = await rig.addSample();
    const path = await rig.write(`${show}/Paper Boat Post - S01E01.mkv`);
    await rig.write(`${show}/Paper Boat Post - S01E02.mkv`);
    await rig.scan();
    await rm(path);
    expect(await rig.scan()).toMatchObject({ removed: 1, matched: 1 });
    expect((await rig.bus.call(anime.get, { id })).missing_count).toBe(7);
  });

  it.each(['is empty all at once', 'is gone'])('keeps everything when the library folder %s', async (what) => {
    await using rig = await startRig();
    const { id } = await rig.addSample();
    await rig.write(`${show}/Paper Boat Post - S01E01.mkv`);
    await rig.scan();
    await rm(rig.folder, { recursive: true });
    if (what === 'is empty all at once') await mkdir(join(rig.folder, '.aniworld'), { recursive: true });
    const scan = await rig.scan();
    expect(scan).toMatchObject({ state: 'completed', removed: 0, problems: [expect.stringContaining(rig.folder)] });
    expect((await rig.bus.call(anime.get, { id })).missing_count).toBe(7);
  });

  it('forgets the files of a folder that is no longer one of the library’s', async () => {
    await using rig = await startRig();
    const { id } = await rig.addSample();
    await rig.write(`first/${show}/Paper Boat Post - S01E01.mkv`);
    const [first, second] = [join(rig.folder, 'first'), join(rig.folder, 'second')];
    await rig.bus.call(config.update, { config: { library: { folders: [first, second] } } });
    expect((await rig.scan()).matched).toBe(1);
    await rig.bus.call(config.update, { config: { library: { folders: [second] } } });
    expect((await rig.scan()).removed).toBe(1);
    expect((await rig.bus.call(anime.get, { id })).missing_count).toBe(8);
  });

  it('gives an episode to one file only, and to the other when the first is gone', async () => {
    await using rig = await startRig();
    const { id } = await rig.addSample();
    const first = await rig.write(`${show}/a/Paper Boat Post - S01E01.mkv`);
    const second = await rig.write(`${show}/b/Paper Boat Post - S01E01.mkv`);
    expect(await rig.scan()).toMatchObject({ matched: 1, unmatched: 1 });
    const { items } = await rig.bus.call(anime.unmatched, {});
    expect(items).toMatchObject([{ path: second, state: 'duplicate', rivals: [{ path: first }] }]);
    await rm(first);
    await rig.scan();
    expect((await present(rig, id))[0]?.file?.path).toBe(second);
  });

  it('follows a file that was moved to a folder that is read before the old one', async () => {
    await using rig = await startRig();
    const { id } = await rig.addSample();
    const old = await rig.write('zz/Paper Boat Post - S01E01.mkv');
    await rig.scan();
    await mkdir(join(rig.folder, 'aa'));
    const moved = join(rig.folder, 'aa', 'Paper Boat Post - S01E01.mkv');
    await rename(old, moved);
    expect(await rig.scan()).toMatchObject({ files: 1, matched: 1, unmatched: 0, removed: 1 });
    expect((await present(rig, id))[0]?.file?.path).toBe(moved);
  });

  it('runs once at a time over all replicas', async () => {
    await using rig = await startRig();
    await using _second = await rig.replica();
    await withScanLock(rig.db, async () => {
      await expect(rig.bus.call(anime.rescan, {})).rejects.toMatchObject({ code: 'SCAN_RUNNING' });
    });
    // A replica that has just started looks for scans that died, which takes the lock for a moment.
    await expect.poll(async () => (await rig.scan()).state).toBe('completed');
  });

  it('whose process died is ended by the next one that starts', async () => {
    await using rig = await startRig();
    const { id } = await insertScan(rig.db);
    await using scanned = watchEvent(rig.bus, anime.scanned);
    await using _second = await rig.replica();
    expect(await scanned.next((scan) => scan.id === id)).toMatchObject({
      state: 'failed',
      problems: ['The server stopped before the scan was done.'],
    });
  });

  it('goes on by itself when it was interrupted', async () => {
    await using rig = await startRig();
    await rig.write('Somebody Else - S01E01.mkv');
    await insertScan(rig.db);
    await using scanned = watchEvent(rig.bus, anime.scanned);
    await using _second = await rig.replica();
    expect(await scanned.next((scan) => scan.state === 'completed')).toMatchObject({ files: 1 });
  });

  it('can be ended, also by a replica that does not run it', async () => {
    await using rig = await startRig();
    await expect(rig.bus.call(anime.cancelScan, {})).rejects.toMatchObject({ code: 'SCAN_NOT_RUNNING' });
    const { id } = await insertScan(rig.db);
    expect(await rig.bus.call(anime.cancelScan, {})).toMatchObject({ id, state: 'running' });
    expect(await saveProgress(rig.db, id, noCounts)).toBe(true);
  });

  it('keeps extras, samples and trailers apart: neither episodes nor missing in anything', async () => {
    await using rig = await startRig();
    await rig.addSample();
    await rig.write(`${show}/Season 01/Paper Boat Post - S01E01.mkv`);
    await rig.write(`${show}/Extras/Making of.mkv`);
    await rig.write(`${show}/Sample/paper.boat.post.s01e01.mkv`);
    expect(await rig.scan()).toMatchObject({ files: 3, matched: 1, unmatched: 0, extras: 2 });
    expect((await rig.bus.call(anime.unmatched, {})).items).toEqual([]);
  });

  it('keeps everything when its mark is missing, and says so until it is back', async () => {
    await using rig = await startRig();
    const { id } = await rig.addSample();
    await rig.write(`${show}/Paper Boat Post - S01E01.mkv`);
    await rig.scan();
    await rename(join(rig.folder, '.aniworld'), join(rig.folder, '.elsewhere'));
    await rename(join(rig.folder, show), join(rig.folder, '.hidden'));
    await rig.write('Somebody Else/S01E01.mkv');
    await using away = watchEvent(rig.bus, anime.folderAway);
    expect(await rig.scan()).toMatchObject({ removed: 0, problems: [expect.stringContaining('not mounted')] });
    expect(await away.next()).toMatchObject({ folder: rig.folder });
    expect(await present(rig, id)).toHaveLength(1);
    await mkdir(join(rig.folder, '.aniworld'));
    expect(await rig.scan()).toMatchObject({ removed: 1, problems: [] });
    expect(await away.next((event) => event.reason === null)).toMatchObject({ folder: rig.folder });
  });

  it('keeps everything when all files are gone from their folders, until a person says that they are', async () => {
    await using rig = await startRig();
    const { id } = await rig.addSample();
    const path = await rig.write(`${show}/Paper Boat Post - S01E01.mkv`);
    await rig.scan();
    await rm(path);
    expect(await rig.scan()).toMatchObject({ removed: 0, problems: [expect.stringContaining('All files')] });
    expect(await present(rig, id)).toHaveLength(1);
    await using scanned = watchEvent(rig.bus, anime.scanned);
    await rig.bus.call(anime.rescan, { trust_empty: true });
    expect(await scanned.next()).toMatchObject({ removed: 1, problems: [] });
  });

  it('tells how far it is', async () => {
    await using rig = await startRig();
    await using progress = watchEvent(rig.bus, anime.scanProgress);
    await rig.write('Somebody Else/S01E01.mkv');
    const { id } = await rig.scan();
    expect((await progress.next()).id).toBe(id);
    expect(progress.seen[0]?.state).toBe('running');
  });
});

it('says what names mean, and why, without looking for any file', async () => {
  await using rig = await startRig();
  const names = ['[Kite] Paper Boat Post - 05v2 [1080p].mkv', 'Paper Boat Post/Season 02/03.mkv', 'readme'];
  const { items } = await rig.bus.call(anime.parse, { names });
  expect(items).toMatchObject([
    { name: names[0], title: 'Paper Boat Post', season: null, absolute: [5], version: 2, rule: 'Title - 02' },
    { name: names[1], season: 2, episodes: [3], folder: { title: 'Paper Boat Post' } },
    { name: names[2], episodes: [], absolute: [], rule: null },
  ]);
  expect(items[0]?.explanation.at(-1)).toEqual({ text: '1080p', taken_for: 'resolution' });
});

describe('a series that is added', () => {
  it('finds its files that were there before', async () => {
    await using rig = await startRig();
    await rig.write(`${show}/Paper Boat Post - S01E01.mkv`);
    await rig.write('deep/inside/Paper Boat Post - S01E02.mkv');
    expect(await rig.scan()).toMatchObject({ matched: 0, unmatched: 2 });
    await rig.write(`${show}/Paper Boat Post - S01E03.mkv`);
    await using changed = watchEvent(rig.bus, anime.changed);
    const { id } = await rig.addSample();
    await changed.next(({ change }) => change === 'files');
    await expect.poll(async () => (await present(rig, id)).map(({ episode }) => episode), patient).toEqual([1, 2, 3]);
  });

  it('leaves its files as unmatched when it is removed', async () => {
    await using rig = await startRig();
    const { id } = await rig.addSample();
    await rig.write(`${show}/Paper Boat Post - S01E01.mkv`);
    await rig.scan();
    await rig.bus.call(anime.remove, { id });
    const { items } = await rig.bus.call(anime.unmatched, {});
    expect(items.map((file) => file.reason)).toEqual(['Its series was removed from the library.']);
  });
});

describe('a completed download', () => {
  it('makes its episode present exactly once, however often it is told', async () => {
    await using rig = await startRig();
    const { id } = await rig.addSample();
    const path = await rig.write(`${show}/Season 01/whatever it is called.mp4`, 42);
    await using changed = watchEvent(rig.bus, anime.changed);
    const completed = await completedFor(rig, id, path);
    await tell(rig, completed, 'one');
    await tell(rig, completed, 'one');
    await tell(rig, completed, 'two');
    await expect.poll(() => changed.seen.filter(({ change }) => change === 'files'), patient).toHaveLength(2);
    const [first, ...more] = await present(rig, id);
    expect(more).toEqual([]);
    expect(first?.file).toMatchObject({ path, size: 42, match: 'downloaded' });
    expect(await rig.bus.call(anime.get, { id })).toMatchObject({ missing_count: 7, file_count: 1, size: 42 });
  });

  it('holds whether a scan sees the file before or after it', async () => {
    await using rig = await startRig();
    const { id } = await rig.addSample();
    const path = await rig.write(`${show}/Season 01/whatever it is called.mp4`, 42);
    expect(await rig.scan()).toMatchObject({ unmatched: 1 });
    await using changed = watchEvent(rig.bus, anime.changed);
    await tell(rig, await completedFor(rig, id, path), 'one');
    await changed.next(({ change }) => change === 'files');
    await utimes(path, 1_700_000_000, 1_700_000_000);
    expect(await rig.scan()).toMatchObject({ matched: 1, unmatched: 0, removed: 0 });
    expect((await present(rig, id)).map(({ file }) => file?.match)).toEqual(['downloaded']);
    expect((await rig.bus.call(anime.unmatched, {})).items).toEqual([]);
  });

  it('of an episode that was removed meanwhile changes nothing and holds nothing up', async () => {
    await using rig = await startRig();
    const { id } = await rig.addSample();
    const path = await rig.write(`${show}/Paper Boat Post - S01E01.mkv`);
    const gone = { ...(await completedFor(rig, id, path)), path: join(rig.folder, 'gone.mp4') };
    await tell(rig, { ...gone, item: { ...gone.item, episode_id: randomUUID() } }, 'gone');
    await tell(rig, await completedFor(rig, id, path), 'there');
    await expect.poll(async () => (await present(rig, id)).length, patient).toBe(1);
    expect(await rig.db.selectFrom('file').select('path').execute()).toEqual([{ path }]);
  });
});

it('keeps its counts true while series come and go, files are scanned and downloads are told, all at once', async () => {
  await using rig = await startRig();
  for (let season = 1; season <= 2; season += 1)
    for (let episode = 1; episode <= 3; episode += 1) {
      await rig.write(`${show}/Season 0${season}/Paper Boat Post - S0${season}E0${episode}.mkv`, 10);
      await rig.write(`Moonlit Noodle Observatory/Moonlit Noodle Observatory - 0${episode + 3 * (season - 1)}.mkv`, 10);
    }
  const noodles = await rig.addSample('moonlit-noodle-observatory');
  for (let round = 0; round < 6; round += 1) {
    const boats = await rig.addSample();
    const path = await rig.write(`${show}/round ${round}.mp4`, 10);
    const completed = await completedFor(rig, boats.id, path);
    await Promise.all([
      rig.scan(),
      tell(rig, completed, `round-${round}`),
      rig.bus.call(anime.refresh, { id: noodles.id }),
      rig.bus.call(anime.remove, { id: boats.id }),
    ]);
  }
  await rig.scan();
  expect(await rig.bus.call(anime.get, { id: noodles.id })).toMatchObject({
    missing_count: 0,
    file_count: 6,
    size: 60,
  });
  const { id } = await rig.addSample();
  await expect.poll(async () => (await rig.bus.call(anime.get, { id })).file_count, patient).toBe(6);
  expect((await rig.bus.call(anime.unmatched, {})).items).toHaveLength(6);
  expect(
    await rig.db
      .selectFrom('parked_event' as never)
      .selectAll()
      .execute(),
  ).toEqual([]);
});

type System = Rig;

async function present({ bus }: System, id: string) {
  return (await bus.call(anime.episodes, { id, missing: false })).items;
}

async function completedFor({ bus, folder }: System, id: string, path: string): Promise<DownloadCompleted> {
  const [episode] = (await bus.call(anime.episodes, { id })).items;
  const item = queueItem({ series_id: id, episode_id: episode!.id, state: 'completed', path });
  return { item, folder, path, size: 42, sha256: '0'.repeat(64) };
}

/** Puts the event into the stream as the downloader's relay does. */
async function tell({ bus }: System, completed: DownloadCompleted, msgID: string) {
  await expect
    .poll(() =>
      bus.js.publish(bus.subject(queue.completed), JSON.stringify(completed), { msgID }).then(
        () => true,
        () => false,
      ),
    )
    .toBe(true);
}
