import { seededSha256 } from '@aniworld/testing';
import { setTimeout as delay } from 'node:timers/promises';
import { rounded } from '../quantile.ts';
import type { Scene } from '../scene.ts';
import { until } from '../until.ts';
import type { Worker } from '../workers.ts';

const SIZE = 4 * 1024 * 1024;
export const LEASE_SECONDS = 3;
/** So many leases later whoever could take an item has done so. */
const LEASES = 3;
/**
 * A lease for a clock to settle, a lease to run out, and behind that the reaper's second, a claim's five when no event has come,
 * and this machine's share.
 */
const MOST_SECONDS = 2 * LEASE_SECONDS + 10;

export interface Leases {
  /** Items that were claimed although their workers were alive. */
  stolen: number;
  /** From a worker's death to the next claim of its item. */
  takenOverAfterSeconds: number;
  broken: string[];
}

/** What is set, and how. */
export interface Clocks {
  name: string;
  /** Environments of the worker that dies and of the one that takes over. */
  workers: [Record<string, string>, Record<string, string>];
  /** @param workers in the same order */
  set: (workers: [Worker, Worker]) => Promise<void> | void;
  /** The worker dies right then: its lease is still of the time before. */
  atOnce?: boolean;
}

/**
 * Two workers are in the middle of an item each when clocks are set. Neither item may go to the other while both live; when one
 * dies its item must.
 */
export async function tryLeases(scene: Scene, { name, workers, set, atOnce = false }: Clocks): Promise<Leases> {
  const [first, second] = workers;
  const settings = { leaseSeconds: LEASE_SECONDS };
  const [dying] = await scene.workers.start(1, { ...settings, slots: 1, environment: first });
  const own = await hold(scene, `${name} dying`);
  const [heir] = await scene.workers.start(1, { ...settings, slots: 2, environment: second });
  const other = await hold(scene, `${name} living`);
  await set([dying!, heir!]);
  if (!atOnce) await delay(LEASES * LEASE_SECONDS * 1_000);
  const stolen = (await epochOf(scene, own)) + (await epochOf(scene, other)) - 2;
  const broken = stolen > 0 ? [`I2: ${name}: ${stolen} leases were taken from living workers`] : [];
  const diedAt = performance.now();
  dying!.signal('SIGKILL');
  const taken = await takenOver(scene, own);
  if (!taken) broken.push(`I13: ${name}: the item of a dead worker was kept for more than ${MOST_SECONDS} s`);
  const takenOverAfterSeconds = rounded((performance.now() - diedAt) / 1_000);
  for (const [id, title] of [
    [own, `${name} dying`],
    [other, `${name} living`],
  ] as const) {
    scene.rig.origin.release(title);
    if (!taken) continue;
    const { sha256 } = await scene.ends(id);
    if (sha256 !== seededSha256(title, SIZE)) broken.push(`I3: ${title} has other bytes`);
  }
  if (taken) broken.push(...(await scene.check({ completed: 2 })));
  return { stolen, takenOverAfterSeconds, broken };
}

/** How often it was leased. Its timeline would tell too, but a clock that runs ahead by years has old rows of that removed. */
async function epochOf(scene: Scene, id: string): Promise<number> {
  const [row] = await scene.query<{ epoch: number }>(
    'select lease_epoch::int as epoch from downloader.item where id = $1',
    [id],
  );
  return row!.epoch;
}

/** Waits until a reaper has leased it, to give it back, and then a worker. @returns false when that takes too long */
async function takenOver(scene: Scene, id: string): Promise<boolean> {
  const before = await epochOf(scene, id);
  return until('it is leased again', async () => (await epochOf(scene, id)) >= before + 2, MOST_SECONDS * 1_000).then(
    () => true,
    () => false,
  );
}

/** Lets a worker have an item whose last byte does not come. @returns its id */
async function hold(scene: Scene, name: string): Promise<string> {
  const [item] = await scene.rig.enqueue({ name, seed: name, size: SIZE, holdAt: [SIZE - 1] });
  await scene.claimed(item!.id, 1);
  await scene.rig.origin.log.until((log) => log.bytesSent(name) > 0);
  return item!.id;
}
