import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Log } from '@aniworld/chassis';
import { environments } from './environment.ts';
import { startNats } from './nats.ts';
import { freePort, portOrFree } from './ports.ts';
import { startPostgres } from './postgres.ts';
import { requireRestorable } from './restore.ts';
import type { Replica } from './replica.ts';
import { startServices } from './services.ts';

export type StandaloneOptions = {
  /** Database, event stream and, unless `libraryDir` says otherwise, the library. */
  dataDir: string;
  libraryDir?: string;
  /** Exactly this port, or an error when it is taken; when missing, 4470 if it is free, else any. 0: any free one. */
  port?: number;
  host?: string;
  /** Each service in a process of its own. */
  split?: boolean;
  /** Worker processes. 0, the default, runs the workers beside the other services. */
  downloaders?: number;
  /** A Postgres or NATS that is there already. */
  databaseUrl?: string;
  natsUrl?: string;
  logLevel?: string;
  shelfBytesPerSecond?: number;
  leaseSeconds?: number;
  workerSlots?: number;
  searchPath?: string;
  natsPrefix?: string;
  /** Variables that decide on settings, as text by their names. */
  overrides?: Record<string, string>;
  /** A backup to fill an empty data folder from. */
  restoreFrom?: string;
  /** No durability: for demonstrations and tests, whose data is thrown away. */
  durability?: 'full' | 'none';
};

export type Standalone = AsyncDisposable & {
  /** Where the web page and the API are. */
  url: string;
  databaseUrl: string;
  natsUrl: string;
  /** The sample shelf's origin. */
  shelfUrl: string;
  replicas: Replica[];
};

const PREFERRED_PORT = 4470;
/** A nats-server that had to be fetched is kept for the next start, whichever data folder that uses. */
const TOOLS = fileURLToPath(new URL('../../../data/tools', import.meta.url));

/**
 * Starts the whole system on this machine: Postgres and nats-server unless there are some, migrations, five services.
 * Disposal stops all of it in the reverse order.
 * @throws when a port that was asked for is taken, when the data folder is in use, when no nats-server can be had, and when
 *   there is a backup to restore and it can't be
 */
export async function startStandalone(options: StandaloneOptions, log: Log, signal?: AbortSignal): Promise<Standalone> {
  await using stack = new AsyncDisposableStack();
  const { dataDir, host = '0.0.0.0' } = options;
  await mkdir(dataDir, { recursive: true });
  const { databaseUrl, natsUrl } = await startServers(options, log, stack, signal);
  if (options.restoreFrom) await requireRestorable(options.restoreFrom, databaseUrl);
  const port =
    options.port === undefined ? await portOrFree(PREFERRED_PORT, host) : options.port || (await freePort(host));
  const told = await environments({
    ...options,
    logLevel: options.logLevel ?? 'info',
    dataDir,
    host,
    port,
    databaseUrl,
    natsUrl,
  });
  const { split = false, downloaders = 0 } = options;
  signal?.throwIfAborted();
  const services = stack.use(await startServices({ environments: told, split, downloaders, log }));
  const owned = stack.move();
  return {
    url: `http://${host === '0.0.0.0' ? '127.0.0.1' : host}:${port}`,
    databaseUrl,
    natsUrl,
    shelfUrl: told.gateway['SHELF_URL'] ?? '',
    replicas: services.replicas,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

async function startServers(options: StandaloneOptions, log: Log, stack: AsyncDisposableStack, signal?: AbortSignal) {
  const { dataDir, durability = 'full' } = options;
  const starting = await Promise.allSettled([
    options.databaseUrl
      ? { url: options.databaseUrl, [Symbol.asyncDispose]: async () => undefined }
      : startPostgres({ dataDir, log, durability }, signal),
    startNats({ dataDir, toolsDir: TOOLS, log, ...(options.natsUrl && { url: options.natsUrl }) }, signal),
  ]);
  for (const result of starting) if (result.status === 'fulfilled') stack.use(result.value);
  const [postgres, nats] = starting;
  if (postgres.status === 'rejected') throw postgres.reason;
  if (nats.status === 'rejected') throw nats.reason;
  return { databaseUrl: postgres.value.url, natsUrl: nats.value.url };
}

/** Where `npm start` keeps its data unless told otherwise: `data` beside the project's files. */
export const DATA_DIR = join(TOOLS, '..');
