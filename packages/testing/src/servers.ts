import { access, constants, mkdtemp, readdir, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startNats } from '@aniworld/standalone/nats';
import { isAlive } from '@aniworld/standalone/pid';
import { startPostgres } from '@aniworld/standalone/postgres';

export type Servers = AsyncDisposable & {
  /** Of a superuser. */
  postgresUrl: string;
  /** With JetStream. */
  natsUrl: string;
  /** One line: which servers these are, and why. */
  about: string;
};

const POSTGRES_IMAGE = 'postgres:18-alpine';
const NATS_IMAGE = 'nats:2';
/** Two small images on a slow line; a registry that is blocked may not refuse but only be silent. */
const CONTAINERS_MS = 120_000;
/** What was fetched for one run serves the next. */
const TOOLS = fileURLToPath(new URL('../../../.toolchain', import.meta.url));
/** A file system in memory, as Linux has one: a database is copied there in 9 ms and on a disk in 60 to 220. */
const MEMORY = '/dev/shm';
/** What a hundred databases and their log need; a container often has far less. */
const MEMORY_BYTES = 2 * 1024 ** 3;
const FOLDER_PREFIX = 'aniworld-test-';

/** Real servers for tests: containers where Docker and the images can be had, else the embedded ones in a temporary folder. */
export async function startServers(): Promise<Servers> {
  try {
    return await startContainers();
  } catch (error) {
    const why = (error as Error).message.split('\n')[0];
    return await startEmbedded(why ?? 'no reason given');
  }
}

async function startContainers(): Promise<Servers> {
  // Its clean-up container can't be pulled everywhere; ours are stopped below.
  process.env.TESTCONTAINERS_RYUK_DISABLED = 'true';
  const { GenericContainer, getContainerRuntimeClient, Wait } = await import('testcontainers');
  await getContainerRuntimeClient();
  const fast = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'jit=off'];
  const settings = [...fast, 'max_connections=200', 'idle_in_transaction_session_timeout=15s'];
  const postgres = new GenericContainer(POSTGRES_IMAGE)
    .withEnvironment({ POSTGRES_PASSWORD: 'test' })
    .withCommand(['postgres', ...settings.flatMap((setting) => ['-c', setting])])
    .withExposedPorts(5432)
    // The image starts it twice, first for its own set-up.
    .withWaitStrategy(Wait.forLogMessage(/ready to accept connections/, 2));
  const nats = new GenericContainer(NATS_IMAGE)
    .withCommand(['-js'])
    .withExposedPorts(4222)
    .withWaitStrategy(Wait.forLogMessage(/Server is ready/));
  await using opened = new AsyncDisposableStack();
  const begun = [postgres, nats].map(async (container) => {
    const started = await container.withStartupTimeout(CONTAINERS_MS).start();
    // Too late for this run: nobody waits for it any more.
    if (opened.disposed) await started.stop();
    else opened.defer(async () => void (await started.stop()));
    return started;
  });
  const [database, broker] = await within(CONTAINERS_MS, Promise.all(begun));
  if (!database || !broker) throw new Error('the containers did not start');
  const kept = opened.move();
  return {
    postgresUrl: `postgres://postgres:test@${database.getHost()}:${database.getMappedPort(5432)}/postgres`,
    natsUrl: `nats://${broker.getHost()}:${broker.getMappedPort(4222)}`,
    about: `${POSTGRES_IMAGE} and ${NATS_IMAGE} in containers`,
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

async function startEmbedded(why: string): Promise<Servers> {
  const parent = (await hasRoom(MEMORY)) ? MEMORY : tmpdir();
  await removeLeftovers(parent);
  await using opened = new AsyncDisposableStack();
  const dataDir = await mkdtemp(join(parent, `${FOLDER_PREFIX}${process.pid}-`));
  opened.defer(() => rm(dataDir, { recursive: true, force: true }));
  const say = (fields: object, text: string) => console.error(text, fields);
  const log = { info: () => undefined, warn: say, error: say };
  const postgres = opened.use(await startPostgres({ dataDir, log, durability: 'none' }));
  const nats = opened.use(await startNats({ dataDir, toolsDir: TOOLS, log }));
  const kept = opened.move();
  return {
    postgresUrl: postgres.url,
    natsUrl: nats.url,
    about: `embedded PostgreSQL and a local nats-server; no containers: ${why}`,
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

/** Of runs that were killed: their servers have ended by themselves, their folders are still there. */
async function removeLeftovers(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    const pid = Number(name.match(`^${FOLDER_PREFIX}(\\d+)-`)?.[1]);
    if (pid && !isAlive(pid)) await rm(join(parent, name), { recursive: true, force: true }).catch(() => undefined);
  }
}

async function hasRoom(folder: string): Promise<boolean> {
  try {
    await access(folder, constants.W_OK);
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize > MEMORY_BYTES;
  } catch {
    return false;
  }
}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ms / 1000} s`)), ms);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
