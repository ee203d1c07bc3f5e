import { type Bus, connectBus, implement, type Log, openDb, type Service, serve } from '@aniworld/chassis';
import { anime, auth, config, fail, queue, type QueueItem, type Scan, type Series, search } from '@aniworld/contracts';
import { testDatabase, testPrefix } from '@aniworld/testing';
import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { inject } from 'vitest';
import { silent } from './library.fixture.ts';
import type { DB } from './schema.gen.ts';
import { Config, start } from './service.ts';
import type { Database } from './store/database.ts';

/** For tests: a catalog with a database and a library folder of its own, and stand-ins for the services that it asks. */
export interface Rig extends AsyncDisposable {
  bus: Bus;
  db: Database;
  /** The library folder. */
  folder: string;
  /** What the stand-in of the queue holds. */
  queued: QueueItem[];
  /** Starts one more replica. */
  replica(environment?: Record<string, unknown>): Promise<Service>;
  /** Creates a file below the library folder. */
  write(path: string, bytes?: number): Promise<string>;
  /** Adds a show of the sample shelf. */
  addSample(ref?: string): Promise<Series>;
  /** Scans and waits for the end. */
  scan(): Promise<Scan>;
}

export interface RigOptions {
  /** Of every replica, besides or instead of what tests usually have. */
  environment?: Record<string, unknown>;
  log?: Log;
}

export async function startRig({ environment: given, log = silent }: RigOptions = {}): Promise<Rig> {
  await using stack = new AsyncDisposableStack();
  const { url: databaseUrl } = stack.use(await testDatabase());
  const [natsUrl, prefix] = [inject('natsUrl'), testPrefix()];
  const folder = await mkdtemp(join(tmpdir(), 'aniworld-catalog-'));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const environment = {
    DATABASE_URL: databaseUrl,
    NATS_URL: natsUrl,
    NATS_PREFIX: prefix,
    SHELF_BYTES_PER_SECOND: 0,
    // What a test expects of a scan must not have been found before it.
    WATCH_LIBRARY: 'false',
    INSPECT_MEDIA: 'false',
    BACKUP_DIR: join(folder, '.backups'),
    // Where tests serve their feeds.
    EGRESS_ALLOW: '127.0.0.0/8',
  };
  const replica = (more = {}) =>
    start(Config.parse({ DEFAULT_LIBRARY_DIR: folder, ...environment, ...given, ...more }), log);
  stack.use(await replica());
  const bus = stack.use(await connectBus({ url: natsUrl, prefix, name: 'test', log }));
  stack.use(await serveAuth(bus, log));
  const queued: QueueItem[] = [];
  stack.use(await serveQueue(bus, log, queued));
  const migrations = new URL('../migrations/', import.meta.url);
  const db = await openDb<DB>({ url: databaseUrl, service: 'catalog', migrations, log, max: 4 });
  stack.defer(() => db.destroy());
  const owned = stack.move();
  return {
    bus,
    db,
    folder,
    queued,
    replica,
    async write(path, bytes = 1) {
      const full = join(folder, path);
      await mkdir(dirname(full), { recursive: true });
      await writeFile(full, Buffer.alloc(bytes));
      return full;
    },
    addSample: (ref = 'paper-boat-post') => bus.call(search.add, { provider: 'sample', ref }),
    async scan() {
      const { promise, resolve } = Promise.withResolvers<Scan>();
      const ended = new Map<string | null, Scan>();
      let id: string | null = null;
      await using _scanned = bus.listen(anime.scanned, (scan) => {
        ended.set(scan.id, scan);
        if (scan.id === id) resolve(scan);
      });
      await bus.connection.flush();
      ({ id } = await bus.call(anime.rescan, {}));
      // Awaited here: the subscription ends with this block.
      return ended.get(id) ?? (await promise);
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** Sets one password, once. */
function serveAuth(bus: Bus, log: Log): Promise<AsyncDisposable> {
  let setUp = false;
  return serve(
    bus,
    { service: 'auth', version: '0.0.0', log, checks: {} },
    implement(
      { status: auth.status, setup: auth.setup },
      {
        status: () => ({ set_up: setUp, authenticated: false, session_id: null, expires_at: null }),
        setup() {
          if (setUp) throw fail('ALREADY_SET_UP');
          setUp = true;
          return { token: 'token', session_id: randomUUID(), expires_at: new Date().toISOString() };
        },
      },
    ),
  );
}

/** Takes everything that is added, after asking the catalog what it is. */
function serveQueue(bus: Bus, log: Log, queued: QueueItem[]): Promise<AsyncDisposable> {
  return serve(
    bus,
    { service: 'downloader', version: '0.0.0', log, checks: {} },
    implement(
      { add: queue.add, items: queue.items, timeline: queue.timeline },
      {
        async add({ series_id, episode_ids, priority }, ctx) {
          const { items: briefs } = await ctx.call(anime.brief, { series_id, episode_ids });
          const live = new Map(queued.filter(isLive).map((item) => [item.episode_id, item]));
          const fresh = briefs.filter((brief) => !live.has(brief.episode_id));
          for (const brief of fresh) live.set(brief.episode_id, queueItem({ ...brief, priority }));
          queued.push(...fresh.map((brief) => live.get(brief.episode_id)!));
          return { batch: randomUUID(), items: episode_ids.map((id) => live.get(id)!), added: fresh.length };
        },
        items: ({ state }) => ({ items: queued.filter((item) => item.state === state), next_cursor: null }),
        timeline: ({ episode_id }) => ({
          items: queued
            .filter((item) => item.episode_id === episode_id)
            .map(({ added_at }) => ({ at: added_at, what: 'queued', worker: null, detail: null })),
        }),
      },
    ),
  );
}

const isLive = ({ state }: QueueItem) => state === 'pending' || state === 'downloading';

/** An item as the queue would show it. */
export function queueItem(rest: Partial<QueueItem>): QueueItem {
  return {
    id: randomUUID(),
    series_id: randomUUID(),
    episode_id: randomUUID(),
    series_title: '',
    season: 1,
    episode: 1,
    title: '',
    priority: 'normal',
    state: 'pending',
    held: false,
    host: '',
    bytes_done: 0,
    bytes_total: null,
    percent: 0,
    attempt: 0,
    max_attempts: 3,
    not_before: null,
    worker: null,
    error_cause: null,
    error_detail: null,
    path: null,
    sha256: null,
    added_at: new Date().toISOString(),
    finished_at: null,
    version: 0,
    ...rest,
  };
}

/** Stores a configuration whose only library folder is the rig's. */
export function configure(rig: Rig, feeds: { name: string; url: string }[]): Promise<unknown> {
  return rig.bus.call(config.update, { config: { library: { folders: [rig.folder] }, providers: { rss: { feeds } } } });
}

/** Gives the first episodes of a sample these days of airing, takes the others away, and gives their ids. */
export async function datedEpisodes(rig: Rig, days: readonly (string | null)[]): Promise<string[]> {
  const { id } = await rig.addSample();
  const rows = await rig.db.selectFrom('episode').select('id').where('series_id', '=', id).orderBy('id').execute();
  const ids = rows.map((row) => row.id);
  for (const [n, air_date] of days.entries())
    await rig.db.updateTable('episode').set({ air_date }).where('id', '=', ids[n]!).execute();
  await rig.db.deleteFrom('episode').where('id', 'in', ids.slice(days.length)).execute();
  return ids.slice(0, days.length);
}
