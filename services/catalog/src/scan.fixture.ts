import { createLog, openDb } from '@aniworld/chassis';
import { createScanner } from './scan.ts';
import type { DB } from './schema.gen.ts';
import type { Database } from './store/database.ts';

const log = createLog({ level: 'error', service: 'catalog', out: process.stderr });

/** A catalog's database without the catalog. */
export function openCatalogDb(url: string): Promise<Database> {
  const migrations = new URL('../migrations/', import.meta.url);
  return openDb<DB>({ url, service: 'catalog', migrations, log, max: 4 });
}

/** Ends what was interrupted, scans once more, and waits for the end; `begun` is told when it has begun. */
export async function scanOnce(db: Database, folder: string, begun: () => void = () => undefined): Promise<void> {
  const ended = Promise.withResolvers<void>();
  const bus = { publish: () => undefined };
  const relay = { wake: () => undefined };
  const folders = async () => [folder];
  await using scanner = createScanner({ db, bus, relay, log, folders, onEnd: ended.resolve });
  await scanner.settle();
  await scanner.begin();
  begun();
  await ended.promise;
}
