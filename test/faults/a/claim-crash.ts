import type { FaultCase } from '../case.ts';
import { Scene } from '../scene.ts';
import { judgeTakeOvers, takeOverFigures } from '../take-over.ts';
import type { Workers } from '../workers.ts';

/** The real one: this case is about time. */
const LEASE_SECONDS = 15;
/** Each round kills them all at once, and so gives as many samples. */
const WORKERS = 8;
const POINT = 'claim.taken';
const SIZE = 256 * 1024;

/** A01: the worker dies when it has the lease and not a byte; the lease has all of its time still to run. */
export const claimCrash: FaultCase = {
  id: 'A01',
  title: 'kill -9 between the claim and the first byte',
  limitMinutes: 20,
  async run(context) {
    const times = context.times ?? 3 * WORKERS;
    await using scene = await Scene.open(context);
    const { workers } = scene;
    await workers.start(WORKERS, { leaseSeconds: LEASE_SECONDS, slots: 1, points: { [POINT]: 'kill' } });
    const seconds: number[] = [];
    let items = 0;
    while (seconds.length < times) {
      seconds.push(...(await killAll(scene, items)));
      items += WORKERS;
      await allReady(workers);
    }
    const [tries] = await scene.query<{ burnt: number; crashes: number }>(
      'select sum(attempt)::int as burnt, sum(crashes)::int as crashes from downloader.item',
    );
    const broken = [...judgeTakeOvers(seconds), ...(await scene.check({ completed: items }))];
    if (tries?.burnt !== 0) broken.push(`${tries?.burnt} tries were burnt by the deaths of workers`);
    const figures = { ...takeOverFigures(seconds), lease_seconds: LEASE_SECONDS, crashes_counted: tries?.crashes ?? 0 };
    return { held: broken.length === 0, figures, broken };
  },
};

/** @returns seconds from each death, which follows its claim at once, to the item's next claim */
async function killAll(scene: Scene, before: number): Promise<number[]> {
  for (const worker of scene.workers.all) await worker.arm(POINT);
  const names = scene.workers.all.map((_, i) => `item-${before + i}`);
  const items = await scene.rig.enqueue(...names.map((name) => ({ name, seed: name, size: SIZE })));
  for (const { id } of items) await scene.ends(id);
  const seconds: number[] = [];
  for (const { id } of items) {
    const claims = await scene.claims(id);
    for (const [i, claim] of claims.slice(1).entries()) seconds.push((claim.at - claims[i]!.at) / 1_000);
  }
  return seconds;
}

async function allReady(workers: Workers): Promise<void> {
  for (const worker of workers.all) {
    await worker.disarm(POINT);
    await worker.isReady();
  }
}
