import { type Bus, raceAbort } from '@aniworld/chassis';
import { AppError, fromProblem, type Problem, providers, type Resolved } from '@aniworld/contracts';
import type { Leased } from './store/lease.ts';

/** Asks the catalog where an item's bytes are at this moment. Rejects with the catalog's error. */
export type Resolve = (item: Pick<Leased, 'episode_id' | 'series_id'>, signal: AbortSignal) => Promise<Resolved>;

/** Episodes that one request takes. */
const MOST = 64;

interface Waiting extends PromiseWithResolvers<Resolved> {
  episode_id: string;
}

/**
 * Items of a series that ask in the same turn of the event loop, as those of one claim do, share a request: for small files it
 * is what they cost the catalog and the broker. They have one provider, so a slow one keeps back nobody else's.
 */
export function gatherResolves(bus: Bus): Resolve {
  const waiting = new Map<string, Waiting[]>();
  const ask = (seriesId: string) => {
    const group = waiting.get(seriesId)!;
    waiting.delete(seriesId);
    while (group.length > 0) void askTogether(bus, group.splice(0, MOST));
  };
  return ({ episode_id, series_id }, signal) => {
    const one = { episode_id, ...Promise.withResolvers<Resolved>() };
    const group = waiting.get(series_id);
    if (group) group.push(one);
    else {
      waiting.set(series_id, [one]);
      setImmediate(ask, series_id);
    }
    return raceAbort(one.promise, signal);
  };
}

/** Never rejects: nobody awaits it. */
async function askTogether(bus: Bus, group: Waiting[]): Promise<void> {
  if (group.length === 1) return askAlone(bus, group[0]!);
  try {
    const { items } = await bus.call(providers.resolveMany, { episode_ids: group.map(({ episode_id }) => episode_id) });
    group.forEach(({ resolve, reject }, i) => {
      const item = items[i]!;
      if ('resolved' in item) resolve(item.resolved);
      else reject(fromProblem(item.refusal as Partial<Problem>));
    });
  } catch (error) {
    // Who waited so long in vain doesn't do it twice. All else may be an answer too long, or a catalog of an earlier version.
    if (error instanceof AppError && error.code === 'TIMEOUT') for (const { reject } of group) reject(error);
    else await Promise.all(group.map((one) => askAlone(bus, one)));
  }
}

async function askAlone(bus: Bus, { episode_id, resolve, reject }: Waiting): Promise<void> {
  await bus.call(providers.resolve, { episode_id }).then(resolve, reject);
}
