import {
  connectBus,
  DatabaseConfig,
  implement,
  type Log,
  loop,
  openDb,
  pingDb,
  restoring,
  type Service,
  serve,
  serveExport,
  startRelay,
} from '@aniworld/chassis';
import { auth } from '@aniworld/contracts';
import type { z } from 'zod';
import manifest from '../package.json' with { type: 'json' };
import { authHandlers } from './handlers.ts';
import { createHasher } from './password.ts';
import type { DB } from './schema.gen.ts';
import { loadSigningKey } from './signing-key.ts';
import { deleteExpiredSessions } from './store.ts';

export const Config = DatabaseConfig;

/** Starts the service that says who may: password, sessions, signing keys. */
export async function start(config: z.output<typeof Config>, log: Log, signal?: AbortSignal): Promise<Service> {
  await using stack = new AsyncDisposableStack();
  const service = 'auth';
  const migrations = new URL('../migrations/', import.meta.url);
  const place = { url: config.DATABASE_URL, service, migrations, log } as const;
  const db = await openDb<DB>(
    { ...place, ...restoring(config.RESTORE_FROM, manifest.version, import.meta.url) },
    signal,
  );
  stack.defer(() => db.destroy());
  const bus = stack.use(
    await connectBus({ url: config.NATS_URL, prefix: config.NATS_PREFIX, name: service, log }, signal),
  );
  const relay = stack.use(startRelay({ db, bus, service, log }));
  const key = await loadSigningKey(db);
  const checks = {
    nats: () => bus.check(),
    postgres: () => pingDb(db),
  };
  const handlers = authHandlers({ db, key, hasher: createHasher(), wakeRelay: relay.wake });
  stack.use(await serve(bus, { service, version: manifest.version, log, checks }, implement(auth, handlers)));
  stack.use(serveExport(bus, place));
  stack.use(loop({ name: 'expired sessions', everyMs: 3_600_000, log, run: () => deleteExpiredSessions(db) }));
  const opened = stack.move();
  return { checks, [Symbol.asyncDispose]: () => opened.disposeAsync() };
}
