import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { checkBacklog, fillQueue } from '../backlog.ts';
import type { FaultCase } from '../case.ts';
import { Crew } from '../crew.ts';
import { quantile, rounded } from '../quantile.ts';
import { Scene } from '../scene.ts';
import { until } from '../until.ts';

const LATE_SECONDS = 3;
/** Of a busy installation; what it leaves behind within the server's limit is what every claim has to pass. */
const BUSY_JOBS_PER_SECOND = 800;
/** What two cores do at ease, so that what is measured is not the wait for them. */
const JOBS_PER_SECOND = 100;
const WORKERS = 8;
const SLOTS = 4;
const READY = 200_000;
const WARM_UP_MS = 5_000;
const BESIDE_MS = 10_000;
const MOST_P99_MS = 20;
/** Longer than a round of the upkeep. */
const UPKEEP_MS = 1_500;
const SETTLE_MS = 2_000;

/** D05: while a snapshot is held nothing that was finished since can be cleaned away, and every claim has to pass it. */
export const snapshot: FaultCase = {
  id: 'D05',
  title: 'a session idles in a transaction with its snapshot, while items are claimed and finished',
  async run(context) {
    const rate = context.times ?? JOBS_PER_SECOND;
    const backlog = { ready: READY, delayed: 0, completed: 0 };
    await using scene = await Scene.open(context);
    await fillQueue(scene, context, backlog);
    const limit = await idleLimit(scene);
    // As many at once as there are slots, each for so long, makes the rate at most.
    const holdMs = () => (1_000 * WORKERS * SLOTS) / rate;
    await using crew = await Crew.open(scene, context, { workers: WORKERS, slots: SLOTS, holdMs });
    await delay(WARM_UP_MS);
    const before = await observe(crew, () => delay(BESIDE_MS));
    await pause(scene);
    const idler = await Idler.open(scene);
    const finished = await finishHead(scene, BUSY_JOBS_PER_SECOND * limit);
    // At that rate they would have ended over the whole time, and the upkeep would have followed them second by second.
    await delay(UPKEEP_MS);
    await resume(scene, crew);
    // What a resume costs is A11's question.
    await delay(SETTLE_MS);
    const during = await observe(crew, () => idler.ended(limit + LATE_SECONDS));
    const after = await observe(crew, () => delay(BESIDE_MS));
    await pause(scene);
    const worked = { completed: crew.completed + finished };
    const broken = [...crew.errors, ...(await checkBacklog(scene, backlog, worked))];
    if (idler.code !== ENDED_IDLE) broken.push(`I7: the session that idles was not ended in time, but ${idler.code}`);
    if (during.claims === 0) broken.push('nothing was claimed meanwhile, so that nothing was measured');
    if (during.p99 > MOST_P99_MS) broken.push(`I13: the p99 of a claim is ${rounded(during.p99)} ms meanwhile`);
    const figures = {
      server_limit_seconds: limit,
      held_seconds: rounded(idler.seconds),
      finished_rows_kept: finished,
      jobs_per_second_wanted: rate,
      jobs_per_second_meanwhile: rounded(during.jobs),
      claims_meanwhile: during.claims,
      claim_p99_ms_before: rounded(before.p99, 2),
      claim_p50_ms_meanwhile: rounded(during.p50, 2),
      claim_p99_ms_meanwhile: rounded(during.p99, 2),
      claim_max_ms_meanwhile: rounded(during.max, 2),
      claim_p99_ms_after: rounded(after.p99, 2),
    };
    return { held: broken.length === 0, figures, broken };
  },
};

/** The server's limit for sessions that set none, in seconds. */
async function idleLimit(scene: Scene): Promise<number> {
  const [limit] = await scene.query<{ ms: number }>(`
    select setting::int as ms from pg_settings where name = 'idle_in_transaction_session_timeout'`);
  if (limit!.ms === 0) throw new Error('I7: the server lets a session idle in a transaction for ever');
  return limit!.ms / 1_000;
}

/** Class 25, idle_in_transaction_session_timeout. */
const ENDED_IDLE = '25P03';

/** Somebody's own session: it opens a transaction, reads, and goes away from the keyboard. */
class Idler {
  code = 'goes on';
  /** How long the server let it. */
  seconds = Number.NaN;
  readonly #begunAt = performance.now();
  readonly #closed = Promise.withResolvers<void>();

  static async open(scene: Scene): Promise<Idler> {
    const client = new pg.Client({ connectionString: scene.rig.databaseUrl, application_name: 'psql' });
    const idler = new Idler();
    client.on('error', (error: Error & { code?: string }) => {
      // The reason comes first; then the socket closes, which is an error of its own.
      if (error.code) idler.code = error.code;
    });
    client.on('end', () => idler.#closed.resolve());
    await client.connect();
    // The weakest level lets its snapshot go after each statement.
    await client.query('begin isolation level repeatable read');
    await client.query('select count(*) from downloader.item');
    return idler;
  }

  /** Waits until the server has ended it. */
  async ended(seconds: number): Promise<void> {
    await Promise.race([this.#closed.promise, delay(seconds * 1_000, undefined, { ref: false })]);
    this.seconds = (performance.now() - this.#begunAt) / 1_000;
  }
}

/** Completes the first items of the queue as if they had been worked on one by one. @returns how many */
async function finishHead(scene: Scene, items: number): Promise<number> {
  const [done] = await scene.query<{ n: number }>(`
    with done as (
      update downloader.item set state = 'completed', path = '/library/' || id, sha256 = repeat('0', 64), finished_at = now()
      where id in (
        select id from downloader.item where state = 'pending' order by priority, rank, id limit ${items}
      ) returning 1
    ) select count(*)::int as n from done`);
  return done!.n;
}

/** Pauses the queue and waits until what ran has ended. */
async function pause(scene: Scene): Promise<void> {
  await scene.query('update downloader.queue_state set paused = true');
  await until('nothing runs', async () => {
    const [busy] = await scene.query<{ n: number }>(
      'select count(*)::int as n from downloader.slot where item_id is not null',
    );
    return busy!.n === 0;
  });
}

async function resume(scene: Scene, crew: Crew): Promise<void> {
  await scene.query('update downloader.queue_state set paused = false');
  crew.wake();
}

interface Observed {
  claims: number;
  p50: number;
  p99: number;
  max: number;
  /** Items that were finished, per second. */
  jobs: number;
}

async function observe(crew: Crew, happen: () => Promise<unknown>): Promise<Observed> {
  const [from, completed] = [performance.now(), crew.completed];
  await happen();
  const to = performance.now();
  const ms = crew.between(from, to).map((claim) => claim.ms);
  return {
    claims: ms.length,
    p50: quantile(ms, 0.5),
    p99: quantile(ms, 0.99),
    max: Math.max(...ms),
    jobs: ((crew.completed - completed) * 1_000) / (to - from),
  };
}
