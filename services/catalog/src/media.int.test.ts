import { anime } from '@aniworld/contracts';
import { copyFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { startRig } from './rig.fixture.ts';

const SHELF = fileURLToPath(new URL('../shelf/paper-boat-post', import.meta.url));
const patient = { timeout: 15_000 };

it('looks into the files that a scan has found, and again only into those that changed', async () => {
  await using rig = await startRig({ environment: { INSPECT_MEDIA: 'true' } });
  const { id } = await rig.addSample();
  const film = (await readdir(SHELF)).find((name) => name.endsWith('.mp4'))!;
  const path = await rig.write('Paper Boat Post (2021)/Paper Boat Post - S01E01.mp4');
  await copyFile(join(SHELF, film), path);
  await rig.write('Paper Boat Post (2021)/Paper Boat Post - S01E02.mp4', 1_000);
  await rig.scan();
  const files = async () =>
    (await rig.bus.call(anime.episodes, { id, missing: false })).items.map(({ file }) => file?.media);
  const rows = () => rig.db.selectFrom('media').selectAll().orderBy('size').execute();
  await expect.poll(async () => (await rows()).length, patient).toBe(2);
  expect(await files()).toMatchObject([{ container: 'mp4', video: [{ width: expect.any(Number) }] }, null]);
  const before = await rows();
  expect(before[0]).toMatchObject({ facts: null, problem: expect.stringContaining('video') });
  await copyFile(join(SHELF, film), join(rig.folder, 'Paper Boat Post (2021)/Paper Boat Post - S01E02.mp4'));
  await rig.scan();
  await expect.poll(async () => (await files())[1], patient).toMatchObject({ container: 'mp4' });
  expect((await rows()).find((row) => row.file_id === before[1]!.file_id)).toEqual(before[1]);
});
