import { queue } from '@aniworld/contracts';
import { seededSha256 } from '@aniworld/testing';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import * as finish from '../../../services/downloader/src/store/finish.ts';
import { saveCheckpoints } from '../../../services/downloader/src/store/checkpoint.ts';
import * as lease from '../../../services/downloader/src/store/lease.ts';
import type { FaultCase, FaultContext } from '../case.ts';
import { openQueue } from '../database.ts';
import { Scene } from '../scene.ts';
import { until } from '../until.ts';
import type { Worker } from '../workers.ts';

const MIB = 1024 * 1024;
const SIZE = 12 * MIB;
/** Of each of two connections: slow enough that the sleeper is in the middle when it falls asleep. */
const CAP = 2 * MIB;
const ASLEEP_AT = 3 * MIB;
const LEASE_SECONDS = 2;

/** A04: the worker sleeps past its lease, another takes over, it wakes and goes on with what it was doing. */
export const sleeper: FaultCase = {
  id: 'A04',
  title: 'SIGSTOP past the lease in the middle of a download, a second worker claims, SIGCONT',
  async run(context) {
    const times = context.times ?? 3;
    await using scene = await Scene.open(context);
    await scene.workers.start(2, { leaseSeconds: LEASE_SECONDS, slots: 1 });
    const sleeps: Slept[] = [];
    for (let i = 0; i < times; i += 1) {
      sleeps.push(await sleepOnce(scene, context, `finished-${i}`, 'finished'));
      sleeps.push(await sleepOnce(scene, context, `under-way-${i}`, 'under way'));
    }
    const broken = [...sleeps.flatMap((one) => one.broken), ...(await scene.check({ completed: sleeps.length }))];
    const figures = {
      sleeps: sleeps.length,
      writes_fenced: sleeps.reduce((sum, one) => sum + one.fenced, 0),
      writes_fenced_least_per_sleep: Math.min(...sleeps.map((one) => one.fenced)),
      stale_statements_tried: sleeps.length * STATEMENTS,
      stale_statements_accepted: sleeps.reduce((sum, one) => sum + one.accepted, 0),
      lease_seconds: LEASE_SECONDS,
    };
    return { held: broken.length === 0, figures, broken };
  },
};

interface Slept {
  fenced: number;
  /** Statements of the old lease that changed a row. */
  accepted: number;
  broken: string[];
}

/** @param when how far the successor is when the sleeper wakes */
async function sleepOnce(
  scene: Scene,
  context: FaultContext,
  name: string,
  when: 'finished' | 'under way',
): Promise<Slept> {
  const { rig, workers } = scene;
  // The last byte waits, so that the successor is under way for as long as it is looked at.
  const holdAt = when === 'under way' ? [SIZE - 1] : [];
  const [item] = await rig.enqueue({ name, seed: name, size: SIZE, perConnectionCap: CAP, holdAt });
  await rig.origin.log.until((log) => log.bytesSent(name) >= ASLEEP_AT);
  const { item: running } = await rig.bus.call(queue.get, { id: item!.id });
  const asleep = workers.named(running.worker);
  const before = await asleep.fenced();
  asleep.signal('SIGSTOP');
  const requests = rig.origin.log.of(name).length;
  const broken: string[] = [];
  await scene.claimed(item!.id, 2);
  await rig.origin.requested(name, requests + 1);
  if (when === 'finished') await scene.ends(item!.id);
  const parts = await partsOf(scene, item!.id);
  const accepted = await tryStaleStatements(scene, context, item!.id);
  const fenced = await wake(asleep, before);
  await asleep.said('that it has lost the item', (line) => line.item === item!.id && line.reason === 'worker_lost');
  if (when === 'under way') broken.push(...(await checkParts(scene, item!.id, parts)));
  rig.origin.release(name);
  const done = await scene.ends(item!.id);
  if (done.sha256 !== seededSha256(name, SIZE)) broken.push(`I3: ${name} has other bytes`);
  if (accepted > 0) broken.push(`I2: ${name}: ${accepted} statements of an old lease changed a row`);
  if (fenced < 1) broken.push(`I2: ${name}: nothing that the sleeper did was refused`);
  return { fenced, accepted, broken };
}

/** @returns how many of its writes were refused since it woke */
async function wake(asleep: Worker, before: number): Promise<number> {
  asleep.signal('SIGCONT');
  await until('a write is refused', async () => (await asleep.fenced()) > before, 20_000).catch(() => undefined);
  return (await asleep.fenced()) - before;
}

/** While the successor downloads: the sleeper has removed its own part file, and never touched the other's. */
async function checkParts(scene: Scene, id: string, before: string[]): Promise<string[]> {
  const after = await partsOf(scene, id);
  const [row] = await scene.query<{ epoch: number }>(
    'select lease_epoch::float8 as epoch from downloader.item where id = $1',
    [id],
  );
  const own = `${id}.${row?.epoch ?? 0}.part`;
  const broken: string[] = [];
  if (after.join() !== own) broken.push(`I14: part files of other epochs than ${row?.epoch}: ${after}`);
  if (!before.includes(own)) broken.push(`the successor had no part file of its own: ${before}`);
  return broken;
}

async function partsOf({ rig }: Scene, id: string): Promise<string[]> {
  const names = await readdir(join(rig.folder, '.aniworld'));
  return names.filter((name) => name.startsWith(id));
}

const STATEMENTS = 6;

/** What a worker writes while it has an item, each with the epoch of the first lease. @returns how many changed a row */
async function tryStaleStatements({ rig }: Scene, context: FaultContext, id: string): Promise<number> {
  await using db = await openQueue(rig, context);
  const stale = { id, lease_epoch: 1 };
  const publishing = {
    v: 1 as const,
    folder: rig.folder,
    epoch: 1,
    path: join(rig.folder, 'stale'),
    size: 1,
    sha256: '0'.repeat(64),
  };
  const checkpoint = {
    v: 1 as const,
    folder: rig.folder,
    epoch: 1,
    clean: true,
    validator: null,
    total: 1,
    ranges: [],
  };
  const failure = { cause: 'internal' as const, detail: 'stale', attempt: 1 };
  const again = { ...failure, waitSeconds: 0, crashed: false, keepBytes: false };
  const accepted = [
    (await lease.renew(db, [stale], LEASE_SECONDS)).length > 0,
    (await saveCheckpoints(db, [{ lease: stale, checkpoint, done: 1 }])).size > 0,
    (await lease.savePublishings(db, [{ lease: stale, publishing }])).size > 0,
    (await finish.finishCompleted(db, [{ lease: stale, file: publishing }], 'stale'))[0],
    await db.transaction().execute((tx) => lease.finishFailed(tx, stale, failure)),
    await db.transaction().execute((tx) => lease.requeue(tx, stale, again)),
  ];
  return accepted.filter(Boolean).length;
}
