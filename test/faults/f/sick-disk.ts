import { queue } from '@aniworld/contracts';
import { seededSha256 } from '@aniworld/testing';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FaultCase, FaultContext } from '../case.ts';
import { Scene } from '../scene.ts';
import { until } from '../until.ts';
import { mountFolder, mountMemory, notRun, remount, whyNoMounts } from './disk.ts';
import { trace, whyNoStrace } from './trace.ts';

const MIB = 1024 * 1024;
const SIZE = 8 * MIB;
const LEASE_SECONDS = 5;

/** F02: the library can't be written to: read-only, with errors, or not there at all. */
export const sickDisk: FaultCase = {
  id: 'F02',
  title: 'read-only remount, EIO on write and on sync, unmounted library',
  async run(context) {
    const reason = whyNoMounts() ?? (await whyNoStrace());
    if (reason) return notRun(reason);
    const told: Record<string, string> = {};
    const broken: string[] = [];
    for (const [name, scenario] of Object.entries(scenarios)) {
      const { says, wrong } = await scenario(context);
      told[name] = says;
      broken.push(...wrong.map((sentence) => `${name}: ${sentence}`));
    }
    return { held: broken.length === 0, figures: told, broken };
  },
};

interface Result {
  /** What the item told people while it waited. */
  says: string;
  wrong: string[];
}

const scenarios: Record<string, (context: FaultContext) => Promise<Result>> = {
  read_only: readOnly,
  eio_on_write: (context) => failing(context, 'pwrite64:error=EIO'),
  eio_on_sync: (context) => failing(context, 'fdatasync:error=EIO:when=1'),
  unmounted: (context) => unmounted(context, false),
  unmounted_before_the_start: (context) => unmounted(context, true),
};

async function readOnly(context: FaultContext): Promise<Result> {
  await using scene = await Scene.open(context);
  await using _disk = await mountMemory(scene.rig.folder, 64);
  await scene.workers.start(1, { leaseSeconds: LEASE_SECONDS, slots: 1 });
  await complete(scene, 'before');
  await remount(scene.rig.folder, 'ro');
  const [item] = await scene.rig.enqueue({ name: 'during', seed: 'during', size: SIZE });
  const says = await isToldWhy(scene, item!.id);
  await remount(scene.rig.folder, 'rw');
  return { says, wrong: await goesOn(scene, item!.id, 'during', 2) };
}

/** Calls of the worker fail in the middle of a file, by strace's hand; then the disk is well again. */
async function failing(context: FaultContext, inject: string): Promise<Result> {
  await using scene = await Scene.open(context, { connections: 1 });
  const [worker] = await scene.workers.start(1, { leaseSeconds: LEASE_SECONDS, slots: 1 });
  const [item] = await scene.rig.enqueue({ name: 'sick', seed: 'sick', size: SIZE, holdAt: [5 * MIB] });
  await scene.rig.origin.reached('sick', 5 * MIB);
  let says: string;
  {
    await using _trace = await trace(worker!.pid, 'pwrite64,fdatasync', inject);
    scene.rig.origin.release('sick');
    says = await isToldWhy(scene, item!.id);
  }
  return { says, wrong: await goesOn(scene, item!.id, 'sick', 1) };
}

/** @param restarted whether the worker has never seen the library, which others know to have files */
async function unmounted(context: FaultContext, restarted: boolean): Promise<Result> {
  const source = await mkdtemp(join(tmpdir(), 'aniworld-disk-'));
  await using stack = new AsyncDisposableStack();
  stack.defer(() => rm(source, { recursive: true, force: true }));
  await using scene = await Scene.open(context);
  const { folder, catalog, origin } = scene.rig;
  await mkdir(join(source, '.aniworld'));
  const disk = await mountFolder(source, folder);
  await using _first = disk;
  if (!restarted) {
    await scene.workers.start(1, { leaseSeconds: LEASE_SECONDS, slots: 1 });
    await complete(scene, 'before');
  }
  await disk.unmount();
  if (restarted) await scene.workers.start(1, { leaseSeconds: LEASE_SECONDS, slots: 1 });
  origin.add({ name: 'during', seed: 'during', size: SIZE });
  const id = catalog.add(() => ({ url: origin.url('during') }), 'during', undefined, { folder_known: restarted });
  const item = await add(scene, id);
  const says = await isToldWhy(scene, item);
  const wrong = (await readdir(folder)).map((name) => `${name} was made below the mount point`);
  await using _again = await mountFolder(source, folder);
  wrong.push(...(await goesOn(scene, item, 'during', restarted ? 1 : 2)));
  return { says, wrong };
}

async function add({ rig }: Scene, episodeId: string): Promise<string> {
  const { items } = await rig.bus.call(queue.add, { series_id: rig.catalog.seriesId, episode_ids: [episodeId] });
  return items[0]!.id;
}

async function complete(scene: Scene, name: string): Promise<void> {
  const [item] = await scene.rig.enqueue({ name, seed: name, size: MIB });
  await scene.ends(item!.id);
}

/** Waits until the item, or the queue before it is claimed at all, says why nothing is written. */
async function isToldWhy(scene: Scene, id: string): Promise<string> {
  let says: string | null = null;
  await until('it says why nothing is written', async () => {
    const [row] = await scene.query<{ says: string | null }>(
      `select coalesce(case when error_cause = 'permission' then error_detail end, guard_reason) as says
       from downloader.item, downloader.queue_state where id = $1`,
      [id],
    );
    says = row?.says ?? null;
    return says !== null;
  });
  return says ?? '';
}

/** The disk is well: the wait is cut short, because its length is not what this is about. */
async function goesOn(scene: Scene, id: string, seed: string, completed: number): Promise<string[]> {
  const [waiting] = await scene.query<{ state: string; attempt: number }>(
    'select state, attempt from downloader.item where id = $1',
    [id],
  );
  await until('no guard', async () => {
    await scene.rig.execute(`update downloader.item set not_before = null where id = '${id}'`);
    const rows = await scene.query<{ state: string }>('select state from downloader.item where id = $1', [id]);
    return rows[0]?.state !== 'pending';
  });
  const done = await scene.ends(id);
  return [
    ...(waiting?.state === 'failed' ? ['it failed instead of waiting'] : []),
    ...((waiting?.attempt ?? 0) > 0 ? ['it used up a try'] : []),
    ...(done.sha256 === seededSha256(seed, SIZE) ? [] : ['I3: other bytes']),
    ...(await scene.check({ completed })),
  ];
}
