import { queue } from '@aniworld/contracts';
import { setTimeout as delay } from 'node:timers/promises';
import { checkBacklog, fillQueue } from '../backlog.ts';
import type { FaultCase, FaultOutcome } from '../case.ts';
import { type Claim, Crew } from '../crew.ts';
import { serverTime } from '../processor.ts';
import { quantile, rounded } from '../quantile.ts';
import { Scene } from '../scene.ts';
import { until } from '../until.ts';

/** A thousand of these wait. */
const THOUSANDS = 1_000;
const WORKERS = 64;
/** Between these, so that the workers don't stay in step after they were woken together. */
const HOLD_MS = [1_000, 2_000] as const;
/** Connections plan their statements, caches fill, the first step is lost, and each learns how many others there are. */
const WARM_UP_MS = 12_000;
const STEADY_MS = 10_000;
const ROUNDS = 12;
/** Of each worker one that it is woken for, and some in its own time behind that. */
const CLAIMS_OF_A_ROUND = 4 * WORKERS;
const MOST_P99_MS = 50;
const MOST_CPU = 2;

/** A11: everybody hears of the same thing at once, and must not ask at once. */
export const herd: FaultCase = {
  id: 'A11',
  title: 'pause and resume with a million items waiting and 64 workers',
  limitMinutes: 20,
  async run(context) {
    const backlog = { ready: 1_000 * (context.times ?? THOUSANDS), delayed: 0, completed: 0 };
    await using scene = await Scene.open(context, { max_concurrent: WORKERS });
    await fillQueue(scene, context, backlog);
    // Answers requests; its own slots would take part in the race.
    await scene.workers.start(1, { leaseSeconds: 15, slots: 0 });
    const holdMs = () => HOLD_MS[0] + context.random() * (HOLD_MS[1] - HOLD_MS[0]);
    await using crew = await Crew.open(scene, context, { workers: WORKERS, slots: 1, holdMs });
    await delay(WARM_UP_MS);
    const steady = await measure(scene, crew, () => delay(STEADY_MS));
    const resumed: Measured[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      await pause(scene);
      const awaited = crew.claims.length + CLAIMS_OF_A_ROUND;
      resumed.push(
        await measure(scene, crew, async () => {
          await scene.rig.bus.call(queue.resume, {});
          await until('the workers claim again', () => crew.claims.length >= awaited);
        }),
      );
    }
    await pause(scene);
    const first = resumed.map(({ claims }) => claims.slice(0, WORKERS));
    const p99 = quantile(times(first.flat()), 0.99);
    const broken = [...crew.errors, ...(await checkBacklog(scene, backlog, { completed: crew.completed }))];
    if (p99 > MOST_P99_MS) broken.push(`I13: the p99 of a claim after a resume is ${rounded(p99)} ms`);
    const cpu = compareUsage(resumed, steady);
    if (cpu.ratio >= MOST_CPU) broken.push(`I7: the database works ${rounded(cpu.ratio, 2)} times as much per claim`);
    const figures = {
      items_waiting: backlog.ready,
      workers: WORKERS,
      resumes: ROUNDS,
      claims_after_resume: first.flat().length,
      claim_p50_ms: rounded(quantile(times(first.flat()), 0.5), 2),
      claim_p99_ms: rounded(p99, 2),
      claim_max_ms: rounded(Math.max(...times(first.flat())), 2),
      asked_over_ms_p50: rounded(quantile(first.map(spread), 0.5)),
      steady_claims: steady.claims.length,
      steady_claim_p99_ms: rounded(quantile(times(steady.claims), 0.99), 2),
      ...cpu.figures,
    };
    return { held: broken.length === 0, figures, broken };
  },
};

/** Pauses the queue and waits until what ran has ended. */
async function pause(scene: Scene): Promise<void> {
  await scene.rig.bus.call(queue.pause, {});
  await until('nothing runs', async () => {
    const [busy] = await scene.query<{ n: number }>(
      'select count(*)::int as n from downloader.slot where item_id is not null',
    );
    return busy!.n === 0;
  });
}

interface Measured {
  claims: Claim[];
  /** Milliseconds of processor time of the database's server; undefined when it can't be seen. */
  cpuMs: number | undefined;
}

async function measure(scene: Scene, crew: Crew, happen: () => Promise<void>): Promise<Measured> {
  const before = await serverTime(scene);
  const from = performance.now();
  await happen();
  const to = performance.now();
  const after = await serverTime(scene);
  const cpuMs = before === undefined || after === undefined ? undefined : after - before;
  return { claims: crew.between(from, to), cpuMs };
}

/** Each claim with what belongs to it: its item's end, the events, and the looks of those that found nothing. */
function compareUsage(resumed: Measured[], steady: Measured): { ratio: number; figures: FaultOutcome['figures'] } {
  if (steady.cpuMs === undefined) {
    const how = 'not measured: the processes of the database are not to be seen from here';
    return { ratio: Number.NaN, figures: { cpu_ratio: how } };
  }
  const claims = resumed.reduce((sum, round) => sum + round.claims.length, 0);
  const after = resumed.reduce((sum, { cpuMs }) => sum + (cpuMs ?? 0), 0) / claims;
  const before = steady.cpuMs / steady.claims.length;
  return {
    ratio: after / before,
    figures: {
      steady_cpu_ms_per_claim: rounded(before, 2),
      resumed_cpu_ms_per_claim: rounded(after, 2),
      cpu_ratio: rounded(after / before, 2),
      cpu_is: 'of all server processes per claim with its completion: 256 from each resume on, against 10 s at ease',
    },
  };
}

const times = (claims: Claim[]) => claims.map(({ ms }) => ms);

/** Over how long the first claims of a round were asked for. */
function spread(claims: Claim[]): number {
  const asked = claims.map(({ at }) => at);
  return Math.max(...asked) - Math.min(...asked);
}
