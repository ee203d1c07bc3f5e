import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type DbOptions, type Log, openDb } from '@aniworld/chassis';
import { startNats } from '@aniworld/standalone/nats';
import { startPostgres } from '@aniworld/standalone/postgres';
import { testDatabase } from '@aniworld/testing';
import { Pool } from 'pg';
import type { DB } from '../../services/downloader/src/schema.gen.ts';

const MIGRATIONS = new URL('../../services/downloader/migrations/', import.meta.url);
const TOOLS = fileURLToPath(new URL('../../.toolchain', import.meta.url));

export interface Stage extends AsyncDisposable {
  /** Of a superuser. */
  postgresUrl: string;
  natsUrl: string;
}

/** The servers as `npm start` runs them: what is committed is on the disk. The tests' own servers sync nothing. */
export async function startStage(log: Log): Promise<Stage> {
  await using stack = new AsyncDisposableStack();
  const dataDir = await mkdtemp(join(tmpdir(), 'aniworld-bench-'));
  stack.defer(() => rm(dataDir, { recursive: true, force: true }));
  const postgres = stack.use(await startPostgres({ dataDir, log }));
  const nats = stack.use(await startNats({ dataDir, toolsDir: TOOLS, log }));
  const owned = stack.move();
  return { postgresUrl: postgres.url, natsUrl: nats.url, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

export interface QueueDatabase extends AsyncDisposable {
  url: string;
  /** As the service opens it. */
  db: Awaited<ReturnType<typeof openDb<DB>>>;
  /** Runs statements of the bench's own, without a limit of time. */
  execute: (text: string) => Promise<Record<string, unknown>[]>;
}

/** A database of the queue by itself, migrated. */
export async function openQueue(stage: Stage, log: Log, options: Pick<DbOptions, 'max'>): Promise<QueueDatabase> {
  await using stack = new AsyncDisposableStack();
  const { url } = stack.use(await testDatabase({ server: stage.postgresUrl }));
  const db = await openDb<DB>({ url, service: 'downloader', migrations: MIGRATIONS, log, ...options });
  stack.defer(() => db.destroy());
  const admin = openPool(url, 1, '-c search_path=downloader');
  stack.defer(() => admin.end());
  const owned = stack.move();
  const execute = async (text: string) => {
    const result = await admin.query(text);
    return (Array.isArray(result) ? result.at(-1) : result).rows;
  };
  return { url, db, execute, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

/** A pool of the bench's own. */
export function openPool(url: string, max: number, options?: string): Pool {
  const pool = new Pool({ connectionString: url, max, options });
  // Without a listener, a connection that ends with its server would end the process.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}
