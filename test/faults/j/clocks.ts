import type { FaultCase, FaultContext, FaultOutcome } from '../case.ts';
import { Scene } from '../scene.ts';
import { startSettableDatabase } from './database-clock.ts';
import { LEASE_SECONDS, type Leases, tryLeases } from './leases.ts';
import { SET_CLOCK, SHIFTS, wallClock } from './shift.ts';
import { tryTokens } from './tokens.ts';

/** J01: leases run by the database's clock alone, and no worker's, and last as long as they should when that is set too. */
export const clocks: FaultCase = {
  id: 'J01',
  title: 'the clock of one worker, of all, of the database, of the gateway set by an hour and by ten years',
  limitMinutes: 15,
  async run(context) {
    const leases = [...(await onWorkers(context)), ...(await onDatabase(context))];
    const tokens = await tryTokens(context);
    const broken = [...leases.flatMap((one) => one.broken), ...tokens.broken];
    const figures: FaultOutcome['figures'] = {
      clocks_set: leases.map((one) => one.name).join(', '),
      leases_stolen: leases.reduce((sum, one) => sum + one.stolen, 0),
      taken_over_after_seconds_max: Math.max(...leases.map((one) => one.takenOverAfterSeconds)),
      lease_seconds: LEASE_SECONDS,
      ...(!leases.some((one) => one.name.startsWith('database')) && {
        database_clock: 'not run: libfaketime is not installed',
      }),
      broker_clock: 'not run: nats-server is linked statically, so that nothing can stand between it and its clock',
      ...tokens.figures,
    };
    return { held: broken.length === 0, figures, broken };
  },
};

type Named = Leases & { name: string };

async function onWorkers(context: FaultContext): Promise<Named[]> {
  const tried: Named[] = [];
  for (const [by, ms] of Object.entries(SHIFTS)) {
    const off = wallClock(ms, 'signal');
    for (const [who, environments] of [
      ['the dying worker', [off, {}]],
      ['the living worker', [{}, off]],
      ['all workers', [off, off]],
    ] as const) {
      const name = `${who} ${by}`;
      await using scene = await Scene.open(context);
      const set = (workers: readonly { signal: (name: NodeJS.Signals) => boolean }[]) => {
        for (const [i, worker] of workers.entries()) if (environments[i] === off) worker.signal(SET_CLOCK);
      };
      tried.push({ name, ...(await tryLeases(scene, { name, workers: [...environments], set })) });
    }
  }
  return tried;
}

async function onDatabase(context: FaultContext): Promise<Named[]> {
  const tried: Named[] = [];
  for (const [by, ms] of Object.entries(SHIFTS)) {
    for (const atOnce of [false, true]) {
      await using database = await startSettableDatabase(context.log);
      if (!database) return [];
      const name = `database ${by}${atOnce ? ' at a death' : ''}`;
      const servers = { ...context.servers, postgresUrl: database.url };
      await using scene = await Scene.open({ ...context, servers });
      const set = () => database.set(ms);
      tried.push({ name, ...(await tryLeases(scene, { name, workers: [{}, {}], set, atOnce })) });
    }
  }
  return tried;
}
