import { type DbOptions, openDb } from '@aniworld/chassis';
import type { QueueRig } from '@aniworld/testing';
import type { DB } from '../../services/downloader/src/schema.gen.ts';
import type { FaultContext } from './case.ts';

/** The queue's database as its service opens it, for cases that speak to the store itself. */
export function openQueue(rig: QueueRig, context: FaultContext, options: Pick<DbOptions, 'max' | 'longestMs'> = {}) {
  const migrations = new URL('../../services/downloader/migrations/', import.meta.url);
  return openDb<DB>({ url: rig.databaseUrl, service: 'downloader', migrations, log: context.log, ...options });
}

export type QueueDb = Awaited<ReturnType<typeof openQueue>>;
