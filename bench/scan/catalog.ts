import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type Bus, connectBus, createLog } from '@aniworld/chassis';
import { anime, type Scan } from '@aniworld/contracts';
import { type Servers, testDatabase, testPrefix } from '@aniworld/testing';
import pg from 'pg';
import { titleOf, type Tree } from './tree.ts';

/** A catalog in a process of its own, with a database of its own. */
export interface Catalog extends AsyncDisposable {
  /** Scans, and waits for the end: seconds, and what the scan says. */
  scan(): Promise<{ seconds: number; scan: Scan }>;
  /** The size of a file as the database has it; null when it is not known. */
  sizeOf(path: string): Promise<number | null>;
  /** MiB that the process has taken at most. */
  peak(): Promise<number>;
}

const MAIN = fileURLToPath(new URL('../../services/catalog/src/main.ts', import.meta.url));
const log = createLog({ service: 'bench', level: 'warn', out: process.stderr });

/** @param known whether the series and their episodes are in the library already */
export async function startCatalog(servers: Servers, tree: Tree, known: boolean): Promise<Catalog> {
  await using stack = new AsyncDisposableStack();
  const database = stack.use(await testDatabase({ server: servers.postgresUrl }));
  const prefix = testPrefix();
  const env = {
    ...{ PATH: process.env.PATH, LOG_LEVEL: 'warn', DATABASE_URL: database.url },
    ...{ NATS_URL: servers.natsUrl, NATS_PREFIX: prefix, DEFAULT_LIBRARY_DIR: tree.folder },
    // As docker-compose.yml runs it.
    ...{ NODE_OPTIONS: '--max-semi-space-size=2', MALLOC_ARENA_MAX: '2' },
    // The files are one byte long; looking into them goes on in the background for minutes, beside the next scans.
    INSPECT_MEDIA: 'false',
  };
  const child = spawn(process.execPath, [MAIN], { env, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  stack.defer(() => end(child));
  const [said] = await Promise.race([once(child, 'message'), once(child, 'exit')]);
  if (said !== 'ready') throw new Error('The catalog did not start.');
  const bus = stack.use(await connectBus({ url: servers.natsUrl, prefix, name: 'bench', log }));
  const client = new pg.Client({ connectionString: database.url, options: '-c search_path=catalog' });
  await client.connect();
  stack.defer(() => client.end());
  if (known) await addSeries(client, tree);
  const owned = stack.move();
  return {
    scan: () => scan(bus),
    async sizeOf(path) {
      const { rows } = await client.query('select size::float8 as size from file where path = $1', [path]);
      return rows[0]?.size ?? null;
    },
    async peak() {
      const status = await readFile(`/proc/${child.pid}/status`, 'utf8');
      return Math.round(Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1_024);
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

async function addSeries(client: pg.Client, { folder, series, episodes }: Tree): Promise<void> {
  const titles = Array.from({ length: series }, (_, s) => titleOf(s));
  await client.query(
    `insert into series (title, provider, provider_ref, folder, sort_title, search_text)
     select title, 'bench', title, $2, lower(title), lower(title) from unnest($1::text[]) as title`,
    [titles, folder],
  );
  await client.query(
    `insert into episode (series_id, season, episode, title, provider_ref)
     select id, 1, number, 'Night ' || number, number::text from series, generate_series(1, $1::int) as number`,
    [episodes],
  );
}

async function scan(bus: Bus): Promise<{ seconds: number; scan: Scan }> {
  const ended = Promise.withResolvers<Scan>();
  await using _listening = bus.listen(anime.scanned, ended.resolve);
  await bus.connection.flush();
  const begun = performance.now();
  await bus.call(anime.rescan, {});
  const result = await ended.promise;
  return { seconds: (performance.now() - begun) / 1_000, scan: result };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}
