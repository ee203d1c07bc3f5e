import { openArchive } from '@aniworld/chassis';
import { backups, config, tasks } from '@aniworld/contracts';
import { mkdir, readdir, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createBackups } from './backups.ts';
import { type Rig, startRig } from './rig.fixture.ts';

const names = [1, 2, 3].map((day) => `aniworld-2026010${day}T033000Z.zip`);

test('the newest backups stay, and but for what a killed server left of one nothing else in the folder is touched', async () => {
  await using system = await startSystem({ keep: 2 });
  const { folder, made } = system;
  await mkdir(folder, { recursive: true });
  const remains = 'aniworld-20260104T033000Z.zip.part';
  for (const name of [...names, 'holiday.zip', remains]) await writeFile(join(folder, name), 'x');
  const sentence = await made();
  const { items } = await system.backups.list();
  expect(items.map(({ name }) => name)).toEqual(['aniworld-20260201T033000Z.zip', names[2]]);
  expect(sentence).toMatch(/^aniworld-20260201T033000Z\.zip \(\d+ kB\) was written\. 2 older ones were removed\.$/);
  expect((await readdir(folder)).sort()).toEqual([names[2], 'aniworld-20260201T033000Z.zip', 'holiday.zip']);
});

test('with nothing to keep count of, all of them stay', async () => {
  await using system = await startSystem({ keep: 0 });
  await mkdir(system.folder, { recursive: true });
  for (const name of names) await writeFile(join(system.folder, name), 'x');
  await system.made();
  expect((await system.backups.list()).items).toHaveLength(4);
});

test('a backup is read in pieces from any byte on, and is gone once removed', async () => {
  await using system = await startSystem({ keep: 7 });
  await system.made();
  const { name, size } = (await system.backups.list()).items[0]!;
  const whole = await system.backups.read(name, 0);
  expect(whole).toMatchObject({ name, size });
  const rest = await system.backups.read(name, 100);
  expect(Buffer.from(whole.data, 'base64').subarray(100).equals(Buffer.from(rest.data, 'base64'))).toBe(true);
  await system.backups.remove(name);
  await expect(system.backups.read(name, 0)).rejects.toMatchObject({ code: 'BACKUP_NOT_FOUND' });
  await expect(system.backups.remove(name)).rejects.toMatchObject({ code: 'BACKUP_NOT_FOUND' });
});

test('a folder that can’t be written to is named in the sentence', async () => {
  await using system = await startSystem({ keep: 7, folder: '/nowhere/backups' });
  await expect(system.made()).rejects.toMatchObject({
    code: 'FOLDER_UNUSABLE',
    message: expect.stringContaining('/nowhere/backups'),
  });
});

test('a backup that one service does not answer fails with its sentence, and is not half there', {
  timeout: 40_000,
}, async () => {
  await using rig = await startRig();
  await rig.bus.call(config.update, { config: { library: { folders: [rig.folder] } } });
  const { task } = await rig.bus.call(backups.create, {});
  expect(task).toMatchObject({ name: 'backup', schedule: '30 3 * * *', running_since: expect.any(String) });
  await expect
    .poll(async () => lastOf(rig, 'backup'), { timeout: 30_000, interval: 200 })
    .toMatchObject({ outcome: 'failed', error: expect.stringContaining('not reachable') });
  expect(await readdir(join(rig.folder, '.backups'))).toEqual([]);
});

test('the clean-up empties the recycle folder of what has lain there too long', async () => {
  await using rig = await startRig();
  const bin = join(rig.folder, '.aniworld/recycle');
  const path = await rig.write('.aniworld/recycle/Some Series/Season 01/old.mkv', 3_000_000);
  // Old by its bytes, but in the bin only now.
  await utimes(path, 1, 1);
  const settings = { library: { folders: [rig.folder], recycle_days: 30 } };
  await rig.bus.call(config.update, { config: settings });
  expect(await cleaned(rig)).toBe('0 recycled files (0 kB) and 0 entries of timelines were removed.');
  expect((await stat(path)).size).toBe(3_000_000);
  const { cleanUp } = await import('./cleanup.ts');
  const current = async () => {
    const { config: document } = await rig.bus.call(config.get, {});
    return { version: 1, config: document, overridden: [] };
  };
  const later = Date.now() + 31 * 86_400_000;
  const deps = { db: rig.db, configuration: { current }, now: () => later };
  expect(await cleanUp(deps, AbortSignal.timeout(5_000))).toMatch(/^1 recycled files \(3\.0 MB\)/);
  expect(await readdir(bin)).toEqual([]);
});

test('a schedule that can’t be followed is refused where it is set', async () => {
  await using rig = await startRig();
  const wrong = { library: { folders: [rig.folder] }, tasks: { backup: { schedule: '61 3 * * *' } } };
  await expect(rig.bus.call(config.update, { config: wrong })).rejects.toMatchObject({
    code: 'INVALID_REQUEST',
    details: { errors: [{ path: 'config.tasks.backup.schedule', message: expect.stringContaining('cron') }] },
  });
});

test('a rescan that is run as a task ends with what it found', async () => {
  await using rig = await startRig();
  await rig.bus.call(config.update, { config: { library: { folders: [rig.folder] } } });
  await rig.write('Somebody Else/Somebody Else - S01E01.mkv');
  await rig.bus.call(tasks.run, { name: 'rescan' });
  await expect
    .poll(async () => lastOf(rig, 'rescan'), { timeout: 15_000 })
    .toMatchObject({ outcome: 'completed', result: '1 files: 0 matched, 1 not, 0 gone.' });
});

async function lastOf(rig: Rig, name: string) {
  const { items } = await rig.bus.call(tasks.list, {});
  return items.find((task) => task.name === name)?.last;
}

async function cleaned(rig: Rig): Promise<string | null | undefined> {
  await rig.bus.call(tasks.run, { name: 'cleanup' });
  await expect.poll(async () => (await lastOf(rig, 'cleanup'))?.outcome, { timeout: 15_000 }).toBe('completed');
  return (await lastOf(rig, 'cleanup'))?.result;
}

/** The catalog's own schema as the whole of a backup. */
async function startSystem({ keep, folder: given }: { keep: number; folder?: string }) {
  await using stack = new AsyncDisposableStack();
  const rig = stack.use(await startRig());
  const folder = given ?? join(rig.folder, 'backups');
  const current = async () => {
    const { config: document } = await rig.bus.call(config.get, {});
    return { version: 1, config: { ...document, backup: { folder, keep } }, overridden: [] };
  };
  const options = { bus: rig.bus, defaultFolder: undefined, version: '0.1.0', services: ['catalog'] as const };
  const made = createBackups({ ...options, configuration: { current } });
  const owned = stack.move();
  return {
    folder,
    backups: made,
    async made() {
      const sentence = await made.make('2026-02-01T03:30:00.000Z', AbortSignal.timeout(20_000));
      await using archive = await openArchive(join(folder, 'aniworld-20260201T033000Z.zip'), '0.1.0');
      expect(Object.keys(archive.manifest.services)).toEqual(['catalog']);
      return sentence;
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
