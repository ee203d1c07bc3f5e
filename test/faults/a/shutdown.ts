import { queue } from '@aniworld/contracts';
import { type Origin, startOrigin } from '@aniworld/testing';
import { setTimeout as delay } from 'node:timers/promises';
import type { FaultCase, FaultContext } from '../case.ts';
import { rounded } from '../quantile.ts';
import { Scene } from '../scene.ts';
import { until } from '../until.ts';
import type { Line, Worker } from '../workers.ts';

const KIB = 1024;
const SIZE = 1024 * KIB;
/** Two minutes for a file: the first is still under way when the last has its first checkpoint. */
const CAP = 8 * KIB;
const LEASE_SECONDS = 15;
/** A person's limit for one host is 64 at most, and 200 shall run. */
const ORIGINS = 4;
const MOST_STOP_SECONDS = 10;
/** The second signal means "now"; one that comes within a second is taken for the same. */
const MOST_HARD_SECONDS = 1;
const NEXT_SIGNAL_MS = 1_200;
/** One more download hangs and heeds nothing, so that a soft stop is not over before a second signal comes. */
const HANGING = 'Hanging';
const POINT = `source.resolved/${HANGING}`;

/** A10: the process is told to end with 200 downloads under way; told twice; killed. */
export const shutdown: FaultCase = {
  id: 'A10',
  title: 'SIGTERM during 200 active downloads and one that hangs; a second SIGTERM; SIGKILL',
  limitMinutes: 20,
  async run(context) {
    const active = context.times ?? 200;
    const soft = await interrupt(context, active, { signals: ['SIGTERM'] });
    const twice = await interrupt(context, active, { signals: ['SIGTERM', 'SIGTERM'] });
    const hard = await interrupt(context, active, { signals: ['SIGKILL'] });
    const broken = [...judgeSoft(soft, active), ...judgeTwice(twice), ...judgeAll([soft, twice, hard], active)];
    const figures = {
      active,
      hanging: 1,
      soft_stop_seconds: rounded(soft.seconds, 2),
      soft_exit_status: String(soft.code),
      given_back: soft.givenBack,
      given_back_with_checkpoint: soft.checkpointed,
      second_signal_seconds: rounded(twice.seconds, 2),
      second_signal_exit_status: String(twice.code),
      reclaimed_after_second_signal: twice.lost,
      reclaimed_after_sigkill: hard.lost,
      tries_burnt: soft.burnt + twice.burnt + hard.burnt,
      lease_seconds: LEASE_SECONDS,
    };
    return { held: broken.length === 0, figures, broken };
  },
};

interface Interrupted {
  /** From the last signal to the end of the process. */
  seconds: number;
  code: number | null;
  /** Right after the end. */
  givenBack: number;
  checkpointed: number;
  /** When all is over. */
  lost: number;
  burnt: number;
  broken: string[];
}

async function interrupt(
  context: FaultContext,
  active: number,
  { signals }: { signals: NodeJS.Signals[] },
): Promise<Interrupted> {
  await using scene = await Scene.open(context, { max_concurrent: active + 1, connections: 1 });
  const points = { [POINT]: 'hang' };
  const [worker] = await scene.workers.start(1, { leaseSeconds: LEASE_SECONDS, slots: active + 1, points });
  await worker!.arm(POINT);
  // Answers while the worker is away.
  await using _replica = await scene.rig.replica({ WORKER_SLOTS: 0, LEASE_SECONDS });
  await using origins = new AsyncDisposableStack();
  const from: Origin[] = [];
  for (let i = 0; i < ORIGINS; i += 1) from.push(origins.use(await startOrigin()));
  await enqueue(scene, from, active);
  await scene.rig.enqueue({ name: HANGING, seed: HANGING, size: SIZE });
  await scene.workers.struck(POINT, 120_000);
  await until('all are under way with a checkpoint', async () => (await count(scene, UNDER_WAY)) === active, 120_000);
  // What is given back stays where it is, and can be looked at.
  await scene.rig.bus.call(queue.pause, {});
  const { seconds, code } = await end(worker!, signals);
  const givenBack = await count(scene, `state = 'pending' and worker is null`);
  const checkpointed = await count(scene, `state = 'pending' and (checkpoint->>'clean')::bool and bytes_done > 0`);
  for (const [i, origin] of from.entries())
    for (const name of namesOf(i, active)) origin.change(name, { perConnectionCap: 0 });
  await scene.rig.bus.call(queue.resume, {});
  await until('all are completed', async () => (await count(scene, `state = 'completed'`)) === active + 1, 180_000);
  const [tries] = await scene.query<{ burnt: number; lost: number }>(`
    select (select sum(attempt)::int from downloader.item) as burnt,
      (select count(distinct item_id)::int from downloader.timeline where what = 'worker_lost') as lost`);
  const broken = await scene.check({ completed: active + 1 });
  return { seconds, code, givenBack, checkpointed, lost: tries!.lost, burnt: tries!.burnt, broken };
}

const UNDER_WAY = `state = 'downloading' and checkpoint is not null and bytes_done > 0`;

const namesOf = (origin: number, active: number) =>
  Array.from({ length: active }, (_, i) => i)
    .filter((i) => i % ORIGINS === origin)
    .map((i) => `active-${i}`);

async function enqueue({ rig }: Scene, from: Origin[], active: number): Promise<void> {
  const ids = from.flatMap((origin, i) =>
    namesOf(i, active).map((name) => {
      origin.add({ name, seed: name, size: SIZE, perConnectionCap: CAP });
      return rig.catalog.add(() => ({ url: origin.url(name) }), name);
    }),
  );
  await rig.bus.call(queue.add, { series_id: rig.catalog.seriesId, episode_ids: ids });
}

async function count(scene: Scene, condition: string): Promise<number> {
  const [row] = await scene.query<{ n: number }>(`select count(*)::int as n from downloader.item where ${condition}`);
  return row!.n;
}

/** Signals a process, as often as there are signals, and waits for its end. */
async function end(worker: Worker, signals: NodeJS.Signals[]): Promise<{ seconds: number; code: number | null }> {
  let at = 0;
  for (const [i, signal] of signals.entries()) {
    if (i > 0) await delay(NEXT_SIGNAL_MS);
    at = performance.now();
    worker.signal(signal);
  }
  const ended = await worker.said('its end', (line: Line) => line.code !== undefined, 30_000);
  return { seconds: (performance.now() - at) / 1_000, code: ended.code ?? null };
}

function judgeSoft({ seconds, code, givenBack, checkpointed }: Interrupted, active: number): string[] {
  const broken: string[] = [];
  if (code !== 0) broken.push(`the exit status of a soft stop is ${code}`);
  if (seconds > MOST_STOP_SECONDS) broken.push(`I13: the soft stop took ${rounded(seconds)} s`);
  if (givenBack !== active + 1) broken.push(`I14: ${givenBack} of ${active + 1} leases were given back`);
  if (checkpointed !== active) broken.push(`${checkpointed} of ${active} were given back with their checkpoint`);
  return broken;
}

function judgeTwice({ seconds, code }: Interrupted): string[] {
  const broken: string[] = [];
  if (code !== 1) broken.push(`the exit status after a second signal is ${code}`);
  if (seconds > MOST_HARD_SECONDS) broken.push(`I13: the second signal took ${rounded(seconds)} s`);
  return broken;
}

function judgeAll(interrupted: Interrupted[], active: number): string[] {
  const broken = interrupted.flatMap((one) => one.broken);
  const burnt = interrupted.reduce((sum, one) => sum + one.burnt, 0);
  if (burnt > 0) broken.push(`${burnt} tries were burnt by stopping`);
  if (interrupted[0]!.lost > 0) broken.push(`I14: ${interrupted[0]!.lost} items were lost by a soft stop`);
  const { lost } = interrupted[2]!;
  if (lost !== active + 1) broken.push(`${lost} of ${active + 1} were reclaimed after SIGKILL`);
  return broken;
}
