import { seededSha256 } from '@aniworld/testing';
import type { FaultCase, FaultContext } from '../case.ts';
import { quantile, rounded } from '../quantile.ts';
import { Scene } from '../scene.ts';

const SIZE = 1024 * 1024;
const LEASE_SECONDS = 2;
/** Between which two steps of publishing the worker dies. */
const POINTS = {
  'publish.synced': 'data synced | name announced',
  'publish.announced': 'name announced | linked',
  'publish.named': 'linked | folder synced and part file removed',
  'publish.linked': 'part file removed | row completed',
  'complete.committed': 'row completed | event sent',
};
type Point = keyof typeof POINTS;
/** What a crash left is settled by then (I4). */
const MOST_SECONDS = 60;

/** A03: the worker dies between two steps of publishing; then the one that settles it dies as well. */
export const publishCrash: FaultCase = {
  id: 'A03',
  title: 'kill -9 between any two steps of publishing a file',
  async run(context) {
    const times = context.times ?? 4;
    await using scene = await openScene(context);
    const broken: string[] = [];
    const settled: Settled[] = [];
    for (let i = 0; i < times; i += 1) {
      for (const point of Object.keys(POINTS) as Point[]) {
        settled.push(await crashAt(scene, `${point}-${i}`, [point]));
      }
      settled.push(await crashAt(scene, `settling-${i}`, ['publish.announced', 'publish.named']));
    }
    for (const one of settled) broken.push(...judge(one));
    const seconds = settled.map((one) => one.seconds);
    broken.push(...(await scene.check({ completed: settled.length })));
    const figures = {
      crashes: settled.reduce((sum, one) => sum + one.crashes, 0),
      requests_after_a_crash: settled.reduce((sum, one) => sum + one.requestsAfter, 0),
      seconds_to_settled_p95: rounded(quantile(seconds, 0.95)),
      seconds_to_settled_max: rounded(Math.max(...seconds)),
      lease_seconds: LEASE_SECONDS,
    };
    return { held: broken.length === 0, figures, broken };
  },
};

async function openScene(context: FaultContext): Promise<Scene> {
  const scene = await Scene.open(context);
  const points = Object.fromEntries(Object.keys(POINTS).map((point) => [point, 'kill']));
  await scene.workers.start(2, { leaseSeconds: LEASE_SECONDS, slots: 1, points });
  return scene;
}

interface Settled {
  name: string;
  crashes: number;
  seconds: number;
  requestsAfter: number;
  sameBytes: boolean;
}

/** Kills whichever worker comes to each of the points, one after the other; the second to die is the reaper that settles. */
async function crashAt(scene: Scene, name: string, points: Point[]): Promise<Settled> {
  const { rig, workers } = scene;
  for (const worker of workers.all) {
    await worker.isReady();
    for (const point of points) await worker.arm(point);
  }
  const [item] = await rig.enqueue({ name, seed: name, size: SIZE });
  let killedAt = 0;
  for (const point of points) {
    await workers.struck(point);
    killedAt ||= performance.now();
  }
  const before = rig.origin.log.of(name).length;
  const done = await scene.ends(item!.id, 2 * MOST_SECONDS * 1_000);
  return {
    name,
    crashes: points.length,
    seconds: (performance.now() - killedAt) / 1_000,
    requestsAfter: rig.origin.log.of(name).length - before,
    sameBytes: done.sha256 === seededSha256(name, SIZE),
  };
}

function judge({ name, seconds, requestsAfter, sameBytes }: Settled): string[] {
  const broken: string[] = [];
  if (requestsAfter > 0) broken.push(`${name}: fetched again although every byte was there`);
  if (!sameBytes) broken.push(`I3: ${name} has other bytes`);
  if (seconds > MOST_SECONDS) broken.push(`I4: ${name} was settled after ${Math.round(seconds)} s`);
  return broken;
}
