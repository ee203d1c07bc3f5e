import { type Log, type Loop, loop } from '@aniworld/chassis';
import type { Kysely } from 'kysely';
import { hostname } from 'node:os';
import type { DB } from './schema.gen.ts';
import { forgetWorker, reportWorker } from './store/worker.ts';
import type { Worker } from './worker.ts';

/** How often a worker reports. */
const EVERY_MS = 2_000;

/** Keeps the list of workers up to date with this one. Disposal strikes it off. */
export function joinRoster(
  db: Kysely<DB>,
  worker: Worker,
  about: { name: string; slots: number; tags: string[]; version: string },
  log: Log,
): Loop {
  const started_at = new Date().toISOString();
  const reports = loop({
    name: 'roster',
    everyMs: EVERY_MS,
    log,
    run: () =>
      reportWorker(db, {
        ...about,
        machine: hostname(),
        active: worker.active,
        speed: Math.round(worker.speed),
        started_at,
      }),
  });
  return {
    wake: reports.wake,
    async [Symbol.asyncDispose]() {
      await reports[Symbol.asyncDispose]();
      // A database that is away forgets it by itself after a while.
      await forgetWorker(db, about.name).catch(() => undefined);
    },
  };
}
