import type { Bus, Log } from '@aniworld/chassis';
import { connectBus, loop, startRelay } from '@aniworld/chassis';
import { absentFile, idleEquipment, idleLoop, testDatabase, testPrefix } from '@aniworld/testing';
import { Logger, runMigrations, runOnce } from 'graphile-worker';
import type { Pool } from 'pg';
import { raiseLines } from '../../services/downloader/src/store/host.ts';
import { startWorker } from '../../services/downloader/src/worker.ts';
import { median, moreIsBetter, type Row } from '../case.ts';
import { openPool, openQueue, type QueueDatabase, type Stage } from './stage.ts';

/** Slots of one worker process, and connections of its pool, on both sides. */
const SLOTS = 32;
const ITEMS = 6_000;
/** Alternately ours and the peer's, so that whatever else the machine does hits both. */
const ROUNDS = 5;
const HOSTS = 8;

/**
 * Claim and finish with nothing in between: our worker with its claims, leases, limits per host, timeline and outbox rows,
 * against graphile-worker with a task that does nothing. It completes each job by itself, as it does unless told otherwise.
 */
export async function throughput(stage: Stage, log: Log, say: (text: string) => void): Promise<Row[]> {
  await using stack = new AsyncDisposableStack();
  const prefix = testPrefix();
  const bus = stack.use(await connectBus({ url: stage.natsUrl, prefix, name: 'bench', log }));
  const queue = stack.use(await openQueue(stage, log, { max: SLOTS }));
  await widen(queue);
  const peer = openPool(stack.use(await testDatabase({ server: stage.postgresUrl })).url, SLOTS);
  stack.defer(() => peer.end());
  await runMigrations({ pgPool: peer });
  const rates = { ours: [] as number[], peer: [] as number[], sent: [] as number[] };
  for (let round = 1; round <= ROUNDS; round += 1) {
    rates.ours.push(await ours(queue, bus, log, false));
    rates.peer.push(await theirs(peer));
    rates.sent.push(await ours(queue, bus, log, true));
    say(
      `round ${round}: ours ${rates.ours.at(-1)}, graphile-worker ${rates.peer.at(-1)}, ours with events sent ${rates.sent.at(-1)}`,
    );
  }
  const same = { peer: median(rates.peer), peer_name: 'graphile-worker, unbatched', unit: 'items/s', goal: 1 };
  return [
    moreIsBetter({
      case: `claim+finish with host limits, fencing and outbox rows, ${SLOTS} at once`,
      ours: median(rates.ours),
      ...same,
    }),
    moreIsBetter({
      case: 'the same with the events sent to the stream meanwhile, which the peer does not do (no goal)',
      ours: median(rates.sent),
      ...same,
      goal: 0,
    }),
  ];
}

async function widen({ execute }: QueueDatabase): Promise<void> {
  await execute(`
    update queue_state set max_concurrent = ${SLOTS};
    insert into slot (n) select generate_series(1, ${SLOTS}) on conflict do nothing;
    insert into host (host, max) select 'host-' || h, ${SLOTS / 4} from generate_series(1, ${HOSTS}) h;
    insert into host_slot (host, n) select host, generate_series(1, max) from host where host <> ''`);
}

async function ours({ db, execute }: QueueDatabase, bus: Bus, log: Log, sending: boolean): Promise<number> {
  await execute(`
    truncate item, timeline, outbox, item_count;
    insert into item (series_id, episode_id, series_title, season, episode, title, rank, max_attempts, host)
    select gen_random_uuid(), gen_random_uuid(), 'Series', 1, i, 'Episode ' || i, 'a' || lpad(i::text, 8, '0'), 3,
      'host-' || 1 + i % ${HOSTS}
    from generate_series(1, ${ITEMS}) i`);
  await execute('vacuum analyze');
  const { promise, resolve } = Promise.withResolvers<void>();
  let done = 0;
  await using relay = sending ? startRelay({ db, bus, service: 'downloader', log }) : idleLoop;
  // Of what a replica does beside its worker, the part that claims depend on.
  await using _lines = loop({ name: 'lines', everyMs: 1_000, log, run: () => raiseLines(db) });
  const equipment = idleEquipment();
  await using _egress = equipment.egress;
  const begun = performance.now();
  await using _worker = startWorker(
    { ...equipment, db, bus, relay, worker: 'bench', log, slots: SLOTS },
    async ({ complete }, item) => {
      await complete(item, absentFile(item));
      done += 1;
      if (done === ITEMS) resolve();
    },
  );
  await promise;
  return Math.round((ITEMS * 1_000) / (performance.now() - begun));
}

async function theirs(pgPool: Pool): Promise<number> {
  await pgPool.query(
    `select graphile_worker.add_job('nothing', json_build_object('episode', i)) from generate_series(1, ${ITEMS}) i`,
  );
  await pgPool.query('vacuum analyze');
  let done = 0;
  const begun = performance.now();
  await runOnce({
    pgPool,
    concurrency: SLOTS,
    taskList: { nothing: () => void (done += 1) },
    logger: new Logger(() => () => undefined),
    noHandleSignals: true,
  });
  return Math.round((done * 1_000) / (performance.now() - begun));
}
