import { type Bus, connectBus, createLog, type Log, type Service } from '@aniworld/chassis';
import { type AppConfig, queue, type QueueItem } from '@aniworld/contracts';
import { Config, start } from '@aniworld/downloader';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { type CatalogDouble, serveCatalog } from './catalog.ts';
import { testDatabase } from './database.ts';
import { track } from './leaks.ts';
import { type Origin, type OriginFile, startOrigin } from './origin/index.ts';
import { testPrefix } from './prefix.ts';

export type QueueRigOptions = {
  natsUrl: string;
  /** Superuser's URL; that of vitest's global setup when not given. */
  server?: string;
  queue?: Partial<AppConfig['queue']>;
};

/** A queue with everything that it needs: its own database, prefix, library folder and origin. */
export type QueueRig = AsyncDisposable & {
  bus: Bus;
  catalog: CatalogDouble;
  origin: Origin;
  folder: string;
  databaseUrl: string;
  prefix: string;
  /** What a replica in a process of its own is told. */
  environment: Record<string, string>;
  /** Starts one more replica of the downloader in this process. */
  replica(environment?: Record<string, unknown>): Promise<Service>;
  /** Registers files at the origin, adds them as episodes and puts them into the queue. */
  enqueue(...files: OriginFile[]): Promise<QueueItem[]>;
  /** Changes rows behind the queue's back: what would otherwise take days. */
  execute(statement: string): Promise<void>;
};

export async function startQueueRig(options: QueueRigOptions): Promise<QueueRig> {
  await using stack = new AsyncDisposableStack();
  const prefix = testPrefix();
  const log = createLog({ service: 'test', level: 'silent', out: null });
  const database = stack.use(await testDatabase({ ...(options.server && { server: options.server }) }));
  const folder = await mkdtemp(join(tmpdir(), 'aniworld-library-'));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const bus = stack.use(await connectBus({ url: options.natsUrl, prefix, name: 'test', log }));
  const origin = stack.use(await startOrigin());
  const catalog = stack.use(await serveCatalog(bus, log, folder, { queue: options.queue }));
  const base = {
    DATABASE_URL: database.url,
    NATS_URL: options.natsUrl,
    NATS_PREFIX: prefix,
    // The origin; a network because cases start more of them.
    EGRESS_ALLOW: '127.0.0.0/8',
  };
  const owned = stack.move();
  return track('queue rig', {
    bus,
    catalog,
    origin,
    folder,
    prefix,
    databaseUrl: database.url,
    environment: base,
    replica: (environment = {}) => replica({ ...base, ...environment }, log),
    async enqueue(...files: OriginFile[]) {
      const ids = files.map((file) => {
        origin.add(file);
        return catalog.add(() => ({ url: origin.url(file.name) }), file.name);
      });
      const { items } = await bus.call(queue.add, { series_id: catalog.seriesId, episode_ids: ids });
      return items;
    },
    async execute(statement) {
      const client = new Client({ connectionString: database.url });
      await client.connect();
      await client.query(statement).finally(() => client.end());
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  });
}

async function replica(environment: Record<string, unknown>, log: Log): Promise<Service> {
  return track('replica', await start(Config.parse(environment), log));
}
