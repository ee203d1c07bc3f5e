import {
  anime,
  backups as backupsContract,
  config as configContract,
  providers,
  search,
  tasks as tasksContract,
  type EffectiveConfig,
} from '@aniworld/contracts';
import {
  connectBus,
  DatabaseConfig,
  implement,
  type Log,
  openDb,
  pingDb,
  restoring,
  type Service,
  serve,
  serveExport,
  startRelay,
} from '@aniworld/chassis';
import { configVariables, readOverrides } from '@aniworld/contracts/config-variables';
import { createEgress } from '@aniworld/egress';
import { z } from 'zod';
import manifest from '../package.json' with { type: 'json' };
import { requireUsableOverrides } from './config/review.ts';
import { createAutoDownload } from './auto-download.ts';
import { createBackups } from './backups.ts';
import { createConfiguration } from './configuration.ts';
import { consumeCompleted } from './consumers.ts';
import {
  animeHandlers,
  backupsHandlers,
  configHandlers,
  providersHandlers,
  searchHandlers,
  tasksHandlers,
} from './handlers.ts';
import { createLibrary } from './library.ts';
import { createLookup } from './metadata/lookup.ts';
import { startMedia } from './media.ts';
import { followNetwork } from './network.ts';
import { followQueue } from './queue-mirror.ts';
import { createRegistry } from './registry.ts';
import { createRenamer } from './renamer.ts';
import { createScanner } from './scan.ts';
import { startScheduler } from './scheduler.ts';
import type { DB } from './schema.gen.ts';
import { loadShelf, type Shelf } from './shelf/index.ts';
import { startShelfOrigin } from './shelf/origin.ts';
import { taskRegistry, taskWork } from './tasks.ts';
import { startUpkeep } from './upkeep.ts';
import { startWatcher, type Watcher } from './watcher.ts';

const Url = z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/+$/, ''));

export const Config = DatabaseConfig.extend({
  // One for each setting. Not in the type: nobody but `readOverrides` looks at them.
  ...(configVariables as {}),
  /** The library folder while the configuration names none. */
  DEFAULT_LIBRARY_DIR: z.string().optional(),
  /** Where backups go while the configuration names no folder. */
  BACKUP_DIR: z.string().optional(),
  /** Where the sample shelf's origin runs already; without it this service runs one. */
  SHELF_URL: Url.optional(),
  SHELF_HOST: z.string().default('127.0.0.1'),
  /** 0 takes a free one. */
  SHELF_PORT: z.coerce.number().int().min(0).max(65_535).default(0),
  /** Of each connection; 0 for no limit. */
  SHELF_BYTES_PER_SECOND: z.coerce.number().int().min(0).default(131_072),
  /** How downloaders on other hosts reach the origin that this service runs. */
  SHELF_PUBLIC_URL: Url.optional(),
  /** Whether changes are looked for between scans, where the system tells of them. */
  WATCH_LIBRARY: z.enum(['true', 'false']).default('true'),
  /** Whether the files of the library are looked into: duration, resolution, codecs, languages. */
  INSPECT_MEDIA: z.enum(['true', 'false']).default('true'),
  /** Private targets that the installation itself needs, separated by commas; as in `network.allow_private`. */
  EGRESS_ALLOW: z
    .string()
    .default('')
    .transform((entries) => entries.split(',').filter((entry) => entry.trim() !== '')),
});
export type Config = z.output<typeof Config>;

const name = 'catalog';

/** Opens what the catalog needs, answers its operations and reacts to downloads until disposed. */
export async function start(config: Config, log: Log): Promise<Service> {
  await using stack = new AsyncDisposableStack();
  const bus = stack.use(await connectBus({ url: config.NATS_URL, prefix: config.NATS_PREFIX, name, log }));
  const migrations = new URL('../migrations/', import.meta.url);
  const place = { url: config.DATABASE_URL, service: name, migrations, log } as const;
  const db = await openDb<DB>({ ...place, ...restoring(config.RESTORE_FROM, manifest.version, import.meta.url) });
  stack.defer(() => db.destroy());
  const relay = stack.use(startRelay({ db, bus, service: name, log }));
  const base = { db, bus, relay, log };

  const overrides = readOverrides(config);
  requireUsableOverrides(overrides);
  const configuration = createConfiguration({ db, relay, defaultFolder: config.DEFAULT_LIBRARY_DIR, overrides });
  const egress = stack.use(createEgress({ allowPrivate: config.EGRESS_ALLOW }));
  const applyNetwork = followNetwork(egress, config.EGRESS_ALLOW, log);
  const applied = async (reading: Promise<EffectiveConfig>) => {
    const read = await reading;
    applyNetwork(read);
    return read.config;
  };
  const current = () => applied(configuration.current());
  const recent = () => applied(configuration.recent());
  const shelf = await loadShelf();
  const shelfUrl = await shelfOrigin(config, shelf, log, stack);
  const registry = stack.use(await createRegistry({ config: recent, log, egress, shelf, shelfUrl }));
  const folders = async () => (await current()).library.folders;
  let watcher: Watcher | undefined;
  const troubles = () => watcher?.troubles() ?? [];
  const media = config.INSPECT_MEDIA === 'true' ? stack.use(startMedia({ db, log })) : null;
  const onEnd = () => {
    watcher?.refresh();
    media?.wake();
  };
  const scanner = stack.use(createScanner({ ...base, folders, troubles, onEnd }));
  if (config.WATCH_LIBRARY === 'true') watcher = stack.use(startWatcher({ db, log, scanner, folders }));
  const autoDownload = stack.use(createAutoDownload(base));
  const metadata = createLookup({ config: current, log, egress });
  const library = stack.use(createLibrary({ ...base, configuration, registry, metadata, autoDownload }));
  const renamer = stack.use(createRenamer({ ...base, configuration }));
  const backups = createBackups({ bus, configuration, defaultFolder: config.BACKUP_DIR, version: manifest.version });
  const tasks = taskRegistry(taskWork({ ...base, configuration, scanner, library, backups }));
  const scheduler = stack.use(startScheduler({ db, bus, log, configuration, tasks }));
  stack.use(startUpkeep({ ...base, scanner }));
  stack.use(consumeCompleted(base));
  stack.use(followQueue(base));

  const checks = { postgres: () => pingDb(db), nats: () => bus.check() };
  stack.use(serveExport(bus, place));
  const deps = { ...base, configuration, registry, renamer, library, scanner, scheduler, backups };
  stack.use(
    await serve(
      bus,
      { service: name, version: manifest.version, log, checks },
      implement(configContract, configHandlers(deps)),
      implement(anime, animeHandlers(deps)),
      implement(search, searchHandlers(deps)),
      implement(providers, providersHandlers(deps)),
      implement(tasksContract, tasksHandlers(deps)),
      implement(backupsContract, backupsHandlers(deps)),
    ),
  );
  const opened = stack.move();
  return { checks, [Symbol.asyncDispose]: () => opened.disposeAsync() };
}

async function shelfOrigin(config: Config, shelf: Shelf, log: Log, stack: AsyncDisposableStack): Promise<string> {
  if (config.SHELF_URL) return config.SHELF_URL;
  const { SHELF_HOST: host, SHELF_PORT: port, SHELF_BYTES_PER_SECOND: bytesPerSecond } = config;
  const origin = stack.use(await startShelfOrigin({ host, port, bytesPerSecond, shelf, log }));
  return config.SHELF_PUBLIC_URL ?? origin.url;
}
