import { seededSha256 } from '@aniworld/testing';
import type { FaultCase, FaultContext } from '../case.ts';
import { rounded } from '../quantile.ts';
import { Scene } from '../scene.ts';
import { until } from '../until.ts';

const MIB = 1024 * 1024;
const SIZE = 6 * MIB;
/** Of each of two connections: long enough for a checkpoint in the middle. */
const CAP = 2 * MIB;
const LEASE_SECONDS = 4;
const STALL_SECONDS = 3;
/** The deadline is looked at each second, and what hangs is given five to heed its signal; the rest is this machine's. */
const MOST_STALLED_SECONDS = STALL_SECONDS + 1 + 5 + 3;
/** Enough to start with; filling it takes a second or two, most of which the garbage collector runs. */
const HEAP_MIB = 128;

const BLOCKED = 'checkpoint.saved';
const HANGING = 'source.resolved';

/** A06: three ways to be alive and of no use. */
export const stuck: FaultCase = {
  id: 'A06',
  title: 'event loop blocked for twice the lease; a job that hangs while heartbeats go on; the heap at its limit',
  async run(context) {
    const times = context.times ?? 2;
    const blocked = await blockedLoop(context, times);
    const hanging = await hangingJob(context, times);
    const exhausted = await exhaustedHeap(context, times);
    const broken = [...blocked.broken, ...hanging.broken, ...exhausted.broken];
    const figures = { ...blocked.figures, ...hanging.figures, ...exhausted.figures, lease_seconds: LEASE_SECONDS };
    return { held: broken.length === 0, figures, broken };
  },
};

type Part = { figures: Record<string, number>; broken: string[] };

/** The lease runs out under a worker that can't even look at the clock; on resuming it must stop by itself. */
async function blockedLoop(context: FaultContext, times: number): Promise<Part> {
  await using scene = await Scene.open(context);
  const points = { [BLOCKED]: `block:${2 * LEASE_SECONDS * 1_000}` };
  await scene.workers.start(2, { leaseSeconds: LEASE_SECONDS, slots: 1, points });
  const broken: string[] = [];
  let fenced = 0;
  for (let i = 0; i < times; i += 1) {
    const name = `blocked-${i}`;
    for (const worker of scene.workers.all) await worker.arm(BLOCKED);
    const [item] = await scene.rig.enqueue({ name, seed: name, size: SIZE, perConnectionCap: CAP });
    const stuck = await scene.workers.struck(BLOCKED);
    const { pid } = stuck;
    const successor = await scene.claimed(item!.id, 2);
    if (successor.worker === stuck.name) broken.push(`I2: ${stuck.name} got its own item back while it was blocked`);
    await stuck.said('that it stops', (line) => line.item === item!.id && line.reason === 'worker_lost');
    fenced += await stuck.fenced();
    const done = await scene.ends(item!.id);
    if (done.sha256 !== seededSha256(name, SIZE)) broken.push(`I3: ${name} has other bytes`);
    if (stuck.pid !== pid) broken.push(`I8: ${stuck.name} ended, although it was only blocked`);
  }
  broken.push(...(await scene.check({ completed: times })));
  return { figures: { blocked_loops: times, blocked_writes_fenced: fenced }, broken };
}

/** The heartbeat goes on, so the lease never runs out: only the missing progress tells. */
async function hangingJob(context: FaultContext, times: number): Promise<Part> {
  await using scene = await Scene.open(context);
  const environment = { STALL_SECONDS: String(STALL_SECONDS) };
  const settings = { leaseSeconds: LEASE_SECONDS, slots: 1, environment, points: { [HANGING]: 'hang' } };
  await scene.workers.start(2, settings);
  const broken: string[] = [];
  let slowest = 0;
  for (let i = 0; i < times; i += 1) {
    const name = `hanging-${i}`;
    for (const worker of scene.workers.all) await worker.arm(HANGING);
    const [item] = await scene.rig.enqueue({ name, seed: name, size: SIZE });
    const stuck = await scene.workers.struck(HANGING);
    const [claim] = await scene.claims(item!.id);
    await until(`${name} is given back`, async () => (await stalledAt(scene, item!.id)) !== undefined);
    const seconds = ((await stalledAt(scene, item!.id))! - claim!.at) / 1_000;
    slowest = Math.max(slowest, seconds);
    if (seconds > MOST_STALLED_SECONDS) broken.push(`I13: ${name} hung for ${rounded(seconds)} s`);
    const done = await scene.ends(item!.id);
    if (done.sha256 !== seededSha256(name, SIZE)) broken.push(`I3: ${name} has other bytes`);
    if (stuck.lines.some((line) => line.code !== undefined)) broken.push(`I8: ${stuck.name} ended`);
  }
  broken.push(...(await scene.check({ completed: times })));
  return { figures: { hanging_jobs: times, hung_seconds_max: rounded(slowest), stall_seconds: STALL_SECONDS }, broken };
}

/** When an item was given back as stalled, in milliseconds since 1970. */
async function stalledAt(scene: Scene, id: string): Promise<number | undefined> {
  const [row] = await scene.query<{ at: number }>(
    `select extract(epoch from at)::float8 * 1000 as at from downloader.timeline where item_id = $1 and what = 'stalled'`,
    [id],
  );
  return row?.at;
}

/** A worker whose heap is full spends its time collecting garbage and then dies; its item goes on elsewhere. */
async function exhaustedHeap(context: FaultContext, times: number): Promise<Part> {
  await using scene = await Scene.open(context);
  const environment = { NODE_OPTIONS: `--max-old-space-size=${HEAP_MIB}` };
  const settings = { leaseSeconds: LEASE_SECONDS, slots: 1, environment, points: { [BLOCKED]: 'exhaust' } };
  await scene.workers.start(2, settings);
  const broken: string[] = [];
  let slowest = 0;
  for (let i = 0; i < times; i += 1) {
    const name = `exhausted-${i}`;
    for (const worker of scene.workers.all) {
      await worker.isReady();
      await worker.arm(BLOCKED);
    }
    const [item] = await scene.rig.enqueue({ name, seed: name, size: SIZE, perConnectionCap: CAP });
    const struckAt = await scene.workers.struck(BLOCKED).then(() => Date.now());
    const again = await scene.claimed(item!.id, 2);
    slowest = Math.max(slowest, (again.at - struckAt) / 1_000);
    const done = await scene.ends(item!.id);
    if (done.sha256 !== seededSha256(name, SIZE)) broken.push(`I3: ${name} has other bytes`);
  }
  const deaths = scene.workers.all.flatMap(({ lines }) => lines).filter((line) => line.signal === 'SIGABRT').length;
  if (deaths !== times) broken.push(`${deaths} workers died of their heap, not ${times}`);
  broken.push(...(await scene.check({ completed: times })));
  return { figures: { exhausted_heaps: deaths, exhausted_take_over_max_seconds: rounded(slowest) }, broken };
}
