import { anime, config } from '@aniworld/contracts';
import { watchEvent } from '@aniworld/testing';
import { appendFile, mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startRig } from './rig.fixture.ts';

const show = 'Paper Boat Post (2021)';
const patient = { timeout: 10_000 };

it('finds files that come, change and go, in folders that were there and in new ones', async () => {
  await using rig = await startSystem();
  const { id } = await rig.addSample();
  const first = await rig.write(`${show}/Season 01/Paper Boat Post - S01E01.mkv`, 100);
  await rig.scan();
  await rig.watches(`${show}/Season 01`);
  expect(await rig.present(id)).toEqual([[1, 1, 100]]);
  await appendFile(first, Buffer.alloc(50));
  await expect.poll(() => rig.present(id), patient).toEqual([[1, 1, 150]]);
  await rig.write(`${show}/Season 02/Paper Boat Post - S02E01.mkv`, 7);
  await expect
    .poll(() => rig.present(id), patient)
    .toEqual([
      [1, 1, 150],
      [2, 1, 7],
    ]);
  await rig.write(`${show}/Season 02/deep/Paper Boat Post - S02E02.mkv`, 8);
  await expect.poll(async () => (await rig.present(id)).length, patient).toBe(3);
  await rm(join(rig.folder, show, 'Season 02'), { recursive: true });
  await expect.poll(() => rig.present(id), patient).toEqual([[1, 1, 150]]);
});

it('finds the files of a series whose folder comes as a whole', async () => {
  await using rig = await startSystem();
  const { id } = await rig.addSample();
  await rig.write('other/one.mkv');
  await rig.scan();
  await rig.watches('other');
  await rig.write(`.elsewhere/Season 01/Paper Boat Post - S01E01.mkv`);
  await rename(join(rig.folder, '.elsewhere'), join(rig.folder, show));
  await expect.poll(async () => (await rig.present(id)).length, patient).toBe(1);
});

it('follows the folders of the configuration', async () => {
  await using rig = await startSystem();
  const { id } = await rig.addSample();
  const [one, two] = [join(rig.folder, 'one'), join(rig.folder, 'two')];
  await mkdir(one);
  await rig.write(`two/${show}/Paper Boat Post - S01E01.mkv`);
  await rig.bus.call(config.update, { config: { library: { folders: [one] } } });
  await rig.scan();
  await rig.bus.call(config.update, { config: { library: { folders: [one, two] } } });
  await rig.scan();
  await rig.watches(`two/${show}`);
  await rig.write(`two/${show}/Paper Boat Post - S01E02.mkv`);
  await expect.poll(async () => (await rig.present(id)).length, patient).toBe(2);
});

it('forgets nothing when the library goes away', async () => {
  await using rig = await startSystem();
  const { id } = await rig.addSample();
  await rig.write(`${show}/Paper Boat Post - S01E01.mkv`);
  await rig.scan();
  await rig.watches(show);
  await using away = watchEvent(rig.bus, anime.folderAway);
  await rename(rig.folder, `${rig.folder}-unmounted`);
  await mkdir(rig.folder);
  expect(await away.next()).toMatchObject({ folder: rig.folder, reason: expect.stringContaining('not mounted') });
  expect(await rig.present(id)).toHaveLength(1);
  await rm(rig.folder, { recursive: true });
  await rename(`${rig.folder}-unmounted`, rig.folder);
  expect(await away.next((event) => event.reason === null)).toEqual({ folder: rig.folder, reason: null });
  expect(await rig.present(id)).toHaveLength(1);
});

async function startSystem() {
  const rig = await startRig({ environment: { WATCH_LIBRARY: 'true' } });
  const isKnown = async (path: string) =>
    (await rig.db.selectFrom('file').select('id').where('path', '=', path).execute()).length > 0;
  return {
    ...rig,
    /** Season, episode and size of the episodes that have a file. */
    async present(id: string) {
      const { items } = await rig.bus.call(anime.episodes, { id, missing: false });
      return items.flatMap(({ season, episode, file }) => (file ? [[season, episode, file.size]] : []));
    },
    /** Waits until the folder is watched: what came before is looked for once the watch is set. */
    async watches(folder: string) {
      const path = await rig.write(join(folder, 'ready.mkv'));
      await expect.poll(() => isKnown(path), patient).toBe(true);
      await rm(path);
      await expect.poll(() => isKnown(path), patient).toBe(false);
    },
  };
}
