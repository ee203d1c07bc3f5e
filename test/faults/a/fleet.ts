import { AppError, errorCatalogue, queue } from '@aniworld/contracts';
import { seededSha256 } from '@aniworld/testing';
import { setTimeout as delay } from 'node:timers/promises';
import type { FaultCase, FaultContext } from '../case.ts';
import { quantile, rounded } from '../quantile.ts';
import { Scene } from '../scene.ts';

const WORKERS = 16;
const SLOTS = 4;
/** 100,000 on request; this many take some minutes on two cores. */
const ITEMS = 20_000;
const LEASE_SECONDS = 5;
const KILL_EVERY_MS = 1_000;
/** One request adds so many: what comes back stays below the broker's largest message. */
const BATCH = 500;
const LEAST_SIZE = 1_024;

/** A07: a fleet that loses a process each second, and a long queue of small things to do. */
export const fleet: FaultCase = {
  id: 'A07',
  title: '16 workers, tens of thousands of items, a random kill -9 each second',
  limitMinutes: 180,
  async run(context) {
    const items = context.times ?? ITEMS;
    await using scene = await Scene.open(context);
    await scene.workers.start(WORKERS, { leaseSeconds: LEASE_SECONDS, slots: SLOTS });
    const sizes = Array.from({ length: items }, () => LEAST_SIZE + Math.floor(context.random() * 3 * LEAST_SIZE));
    const begun = performance.now();
    const [kills, retried] = await Promise.all([killUntilDone(scene, context, items), addAll(scene, sizes)]);
    const seconds = (performance.now() - begun) / 1_000;
    const broken = await checkBytes(scene, sizes);
    broken.push(...(await scene.check({ completed: items })), ...(await failures(scene)));
    const [seen] = await scene.query<Seen>(SEEN);
    const figures = {
      items,
      kills,
      requests_sent_again: retried,
      claims_lost_with_their_worker: seen!.lost,
      claims: seen!.claims,
      claims_of_one_item_max: seen!.most,
      completed_twice: seen!.twice,
      lost: items - seen!.completed,
      seconds: rounded(seconds),
      items_per_second: rounded(items / seconds),
      seconds_in_queue_after_loss_p95: rounded(quantile(await delays(scene), 0.95)),
      workers: WORKERS,
      lease_seconds: LEASE_SECONDS,
    };
    return { held: broken.length === 0, figures, broken };
  },
};

/** @returns how often a request was not answered, because the process that had it was killed, and was sent again */
async function addAll({ rig }: Scene, sizes: number[]): Promise<number> {
  let retried = 0;
  for (let at = 0; at < sizes.length; at += BATCH) {
    const episode_ids = sizes.slice(at, at + BATCH).map((size, i) => {
      const name = `${at + i}`;
      rig.origin.add({ name, seed: at + i, size });
      return rig.catalog.add(() => ({ url: rig.origin.url(name) }), name);
    });
    while (!(await tryToAdd(rig, episode_ids))) retried += 1;
  }
  return retried;
}

async function tryToAdd({ bus, catalog }: Scene['rig'], episode_ids: string[]): Promise<boolean> {
  try {
    await bus.call(queue.add, { series_id: catalog.seriesId, episode_ids });
    return true;
  } catch (error) {
    if (error instanceof AppError && errorCatalogue[error.code].retry) return false;
    throw error;
  }
}

/** @returns how many processes it has killed */
async function killUntilDone(scene: Scene, { random, log }: FaultContext, items: number): Promise<number> {
  const { workers } = scene;
  for (let kills = 0; ; ) {
    await delay(KILL_EVERY_MS);
    const [row] = await scene.query<{ n: number }>(
      `select count(*)::int as n from downloader.item where state not in ('pending', 'downloading')`,
    );
    log.info({ ended: row?.n, kills }, 'fleet');
    if (row!.n >= items) return kills;
    if (workers.all[Math.floor(random() * workers.all.length)]!.signal('SIGKILL')) kills += 1;
  }
}

async function checkBytes(scene: Scene, sizes: number[]): Promise<string[]> {
  const rows = await scene.query<{ title: string; sha256: string | null }>('select title, sha256 from downloader.item');
  const wrong = rows.filter(({ title, sha256 }) => sha256 !== seededSha256(Number(title), sizes[Number(title)]!));
  return wrong.map(({ title }) => `I3: ${title} is not the origin's file`);
}

/** Why items failed, with what happened to each. */
async function failures(scene: Scene): Promise<string[]> {
  const rows = await scene.query<{ title: string; cause: string; detail: string; story: string }>(`
    select title, error_cause as cause, error_detail as detail, (
      select string_agg(concat_ws(' ', what, worker, detail), '; ' order by id) from downloader.timeline t
      where t.item_id = item.id
    ) as story
    from downloader.item where state = 'failed' order by finished_at limit 10`);
  return rows.map(({ title, cause, detail, story }) => `${title} failed: ${cause}, ${detail} (${story})`);
}

interface Seen {
  claims: number;
  lost: number;
  most: number;
  completed: number;
  twice: number;
}

const SEEN = `
  select sum(claims)::int as claims, sum(lost)::int as lost, max(claims)::int as most,
    count(*) filter (where completed > 0)::int as completed, count(*) filter (where completed > 1)::int as twice
  from (
    select count(*) filter (where what = 'claimed') as claims, count(*) filter (where what = 'worker_lost') as lost,
      count(*) filter (where what = 'completed') as completed
    from downloader.timeline group by item_id
  ) per_item`;

/** Seconds from a loss that was noticed to the item's next claim. */
async function delays(scene: Scene): Promise<number[]> {
  const rows = await scene.query<{ seconds: number }>(`
    select extract(epoch from next_at - at)::float8 as seconds from (
      select what, at, lead(at) over item as next_at, lead(what) over item as next_what
      from downloader.timeline window item as (partition by item_id order by id)
    ) told where what = 'worker_lost' and next_what = 'claimed'`);
  return rows.map(({ seconds }) => seconds);
}
