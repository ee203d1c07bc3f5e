import type { FaultCase } from '../case.ts';
import { rounded } from '../quantile.ts';
import { Scene } from '../scene.ts';
import { until } from '../until.ts';

const MIB = 1024 * 1024;
const LEASE_SECONDS = 2;
/** Deaths after which an item is believed to be the cause. */
const CRASHES = 5;
/** One kills its worker when it is claimed, the other a moment later, when others were claimed beside it. */
const TRAPS = { 'claim.taken/Poison': 'kill', 'source.resolved/Slow poison': 'kill' };
const QUICK = 20;
/** Under way whenever a worker dies: fifteen seconds each. */
const LONG = 4;
const LONG_FILE = { size: 6 * MIB, perConnectionCap: 0.2 * MIB };

/** A09: items that end every worker that touches them, among others that run in the same processes. */
export const poison: FaultCase = {
  id: 'A09',
  title: 'two items that kill their worker each time, among 24 that do not',
  async run(context) {
    await using scene = await Scene.open(context);
    await scene.workers.start(2, { leaseSeconds: LEASE_SECONDS, slots: 4, traps: TRAPS });
    const begun = performance.now();
    const long = Array.from({ length: LONG }, (_, i) => ({ name: `Long ${i}`, seed: i, ...LONG_FILE }));
    const quick = Array.from({ length: QUICK }, (_, i) => ({ name: `Quick ${i}`, seed: i, size: MIB }));
    const poisons = ['Poison', 'Slow poison'].map((name) => ({ name, seed: name, size: MIB }));
    await scene.rig.enqueue(...long, ...poisons, ...quick);
    await until('all have ended', async () => (await unfinished(scene)) === 0, 8 * 60_000);
    const seconds = (performance.now() - begun) / 1_000;
    const parked = await scene.query<Ended>(`select ${ENDED} where state = 'failed'`);
    const others = await scene.query<Ended>(`select ${ENDED} where state = 'completed'`);
    const broken = judge(parked, others);
    broken.push(...(await scene.check({ completed: LONG + QUICK, failed: 2 })));
    const figures = {
      parked: parked.length,
      crashes_before_parked: parked.map(({ lost }) => lost).join(' and '),
      others_completed: others.length,
      others_deaths_seen_max: Math.max(...others.map(({ lost }) => lost)),
      others_crashes_counted_max: Math.max(...others.map(({ crashes }) => crashes)),
      seconds: rounded(seconds),
      lease_seconds: LEASE_SECONDS,
    };
    return { held: broken.length === 0, figures, broken };
  },
};

interface Ended {
  title: string;
  attempt: number;
  crashes: number;
  cause: string | null;
  /** How often it was lost with its worker. */
  lost: number;
}

const ENDED = `title, attempt, crashes, error_cause as cause, (
  select count(*)::int from downloader.timeline t where t.item_id = item.id and what = 'worker_lost'
) as lost from downloader.item`;

async function unfinished(scene: Scene): Promise<number> {
  const [row] = await scene.query<{ n: number }>(
    `select count(*)::int as n from downloader.item where state in ('pending', 'downloading')`,
  );
  return row?.n ?? 0;
}

function judge(parked: Ended[], others: Ended[]): string[] {
  const broken: string[] = [];
  for (const { title, lost, cause, attempt } of parked) {
    if (!title.toLowerCase().includes('poison')) broken.push(`I1: ${title} was parked, which was only near the poison`);
    if (lost !== CRASHES) broken.push(`${title} was parked after ${lost} deaths, not ${CRASHES}`);
    if (cause !== 'worker_lost') broken.push(`${title} was parked because of ${cause}`);
    if (attempt > 0) broken.push(`${title} has burnt ${attempt} tries`);
  }
  for (const { title, attempt } of others) if (attempt > 0) broken.push(`I1: ${title} has burnt ${attempt} tries`);
  return broken;
}
