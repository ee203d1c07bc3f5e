import { createLog, openDb } from '@aniworld/chassis';
import { queue } from '@aniworld/contracts';
import { seededBytes, seededSha256, startQueueRig, watchEvent } from '@aniworld/testing';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, inject, test } from 'vitest';

const MIB = 1024 * 1024;
const migrations = new URL('../migrations/', import.meta.url);
const dumps = new URL('../dumps/', import.meta.url);
const item = (n: number) => `00000000-0000-4000-8000-00000000000${n}`;

test('every schema but the newest has a dump', async () => {
  const versions = (await readdir(migrations)).map((name) => name.slice(0, 4)).sort();
  const dumped = (await readdir(dumps)).map((name) => name.slice(0, 4)).sort();
  expect(dumped).toEqual(versions.slice(0, -1));
});

test.each(['0001', '0002', '0003', '0004', '0005', '0006', '0007'])(
  'a queue that was left at version %s of its schema goes on where it was',
  async (version) => {
    await using rig = await startQueueRig({ natsUrl: inject('natsUrl'), queue: { connections: 1 } });
    await using completed = watchEvent(rig.bus, queue.completed);
    for (const [name, size] of [
      ['pending', 1_000],
      ['running', 4 * MIB],
      ['failed', 2_000],
    ] as const) {
      rig.origin.add({ name, seed: name, size });
      rig.catalog.add(
        () => ({ url: rig.origin.url(name) }),
        name,
        `00000000-0000-4000-8000-0000000000e${name === 'pending' ? 1 : name === 'running' ? 2 : 3}`,
      );
    }
    const validator = (await fetch(rig.origin.url('running'), { method: 'HEAD' })).headers.get('etag') ?? '';
    await migrateTo(version, rig.databaseUrl);
    const dump = await readFile(new URL(`${version}.sql`, dumps), 'utf8');
    const host = new URL(rig.origin.url('running')).host;
    const places = { FOLDER: rig.folder, HOST: host, VALIDATOR: validator.replaceAll('"', '\\"') };
    await rig.execute(dump.replaceAll(/FOLDER|HOST|VALIDATOR/g, (name) => places[name as keyof typeof places]));
    await mkdir(join(rig.folder, '.aniworld'), { recursive: true });
    await writeFile(join(rig.folder, '.aniworld', `${item(2)}.4.part`), seededBytes('running', 0, 2 * MIB));

    await using _replica = await rig.replica();
    expect(await rig.bus.call(queue.status, {})).toMatchObject({ paused: true, counts: { failed: 1, completed: 1 } });
    await rig.bus.call(queue.resume, {});
    const done = await completed.next((data) => data.item.id === item(2));
    expect(done.sha256).toBe(seededSha256('running', 4 * MIB));
    await completed.next((data) => data.item.id === item(1));
    expect(
      rig.origin.log
        .of('running')
        .filter((entry) => entry.method === 'GET')
        .map((entry) => entry.range),
    ).toEqual([`bytes=${2 * MIB - 4 * 1024}-${4 * MIB - 1}`]);
    expect(await rig.bus.call(queue.retry, {})).toEqual({ count: 1 });
    await completed.next((data) => data.item.id === item(3));
    const { timeline } = await rig.bus.call(queue.get, { id: item(2) });
    expect(timeline.map((entry) => entry.what)).toEqual(['claimed', 'worker_lost', 'claimed', 'completed']);
  },
);

/** Brings an empty database to an earlier version of the schema. */
async function migrateTo(version: string, url: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'aniworld-migrations-'));
  for (const name of await readdir(migrations))
    if (name.slice(0, 4) <= version) await cp(new URL(name, migrations), join(folder, name));
  const log = createLog({ service: 'test', level: 'silent', out: null });
  const db = await openDb<never>({ url, service: 'downloader', migrations: pathToFileURL(`${folder}/`), log });
  await db.destroy();
  await rm(folder, { recursive: true });
}
