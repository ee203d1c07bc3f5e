import { type Log, loop } from '@aniworld/chassis';
import type { Kysely } from 'kysely';
import type { DB } from './schema.gen.ts';
import { findPlace } from './store/worker.ts';

/** A claim keeps a core of the database busy for some milliseconds, and is on the disk after some more. */
const APART_MS = 10;

/**
 * How long the worker at this place waits, in milliseconds, before it asks for work that all have heard of at once. They ask one
 * after the other: at moments of their own choice some always came together, and each of those took twice as long.
 */
export const turnMs = (place: number): number => place * APART_MS;

/** The workers, as one of them sees them. */
export interface Crowd extends AsyncDisposable {
  /** How long this one waits before it asks for work that all have heard of, in milliseconds. */
  readonly turnMs: number;
}

/** Keeps up with who is there. Where it is wrong for a while, two ask at the same moment. */
export function watchCrowd({ db, log, worker }: { db: Kysely<DB>; log: Log; worker: string }): Crowd {
  let place = 0;
  const looking = loop({
    name: 'crowd',
    everyMs: 5_000,
    log,
    async run() {
      place = await findPlace(db, worker);
    },
  });
  return {
    get turnMs() {
      return turnMs(place);
    },
    [Symbol.asyncDispose]: () => looking[Symbol.asyncDispose](),
  };
}
