import { anime, config as configContract, providers, search } from '@aniworld/contracts';
import {
  connectBus,
  DatabaseConfig,
  implement,
  type Log,
  openDb,
  pingDb,
  type Service,
  serve,
  startRelay,
} from '@aniworld/chassis';
import { createEgress } from '@aniworld/egress';
import { z } from 'zod';
import manifest from '../package.json' with { type: 'json' };
import { createConfiguration } from './configuration.ts';
import { consumeCompleted } from './consumers.ts';
import { animeHandlers, configHandlers, providersHandlers, searchHandlers } from './handlers.ts';
import { createLibrary } from './library.ts';
import { followNetwork } from './network.ts';
import { createRegistry } from './registry.ts';
import { createScanner } from './scan.ts';
import type { DB } from './schema.gen.ts';
import { loadShelf, type Shelf } from './shelf/index.ts';
import { startShelfOrigin } from './shelf/origin.ts';
import { startUpkeep } from './upkeep.ts';

const Url = z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/+$/, ''));

export const Config = DatabaseConfig.extend({
  /** The library folder while the configuration names none. */
  DEFAULT_LIBRARY_DIR: z.string().optional(),
  /** Where the sample shelf's origin runs already; without it this service runs one. */
  SHELF_URL: Url.optional(),
  SHELF_HOST: z.string().default('127.0.0.1'),
  /** 0 takes a free one. */
  SHELF_PORT: z.coerce.number().int().min(0).max(65_535).default(0),
  /** Of each connection; 0 for no limit. */
  SHELF_BYTES_PER_SECOND: z.coerce.number().int().min(0).default(131_072),
  /** How downloaders on other hosts reach the origin that this service runs. */
  SHELF_PUBLIC_URL: Url.optional(),
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
  const db = await openDb<DB>({ url: config.DATABASE_URL, service: name, migrations, log });
  stack.defer(() => db.destroy());
  const relay = stack.use(startRelay({ db, bus, service: name, log }));
  const base = { db, bus, relay, log };

  const configuration = createConfiguration({ db, relay, defaultFolder: config.DEFAULT_LIBRARY_DIR });
  const egress = stack.use(createEgress({ allowPrivate: config.EGRESS_ALLOW }));
  const applyNetwork = followNetwork(egress, config.EGRESS_ALLOW, log);
  const current = async () => {
    const read = await configuration.current();
    applyNetwork(read);
    return read.config;
  };
  const shelf = await loadShelf();
  const shelfUrl = await shelfOrigin(config, shelf, log, stack);
  const registry = stack.use(await createRegistry({ config: current, log, egress, shelf, shelfUrl }));
  const scanner = stack.use(createScanner({ ...base, folders: async () => (await current()).library.folders }));
  const library = stack.use(createLibrary({ ...base, configuration, registry }));
  stack.use(startUpkeep({ ...base, configuration, scanner }));
  stack.use(consumeCompleted(base));

  const checks = { postgres: () => pingDb(db), nats: () => bus.check() };
  const deps = { db, configuration, registry, library, scanner };
  stack.use(
    await serve(
      bus,
      { service: name, version: manifest.version, log, checks },
      implement(configContract, configHandlers(deps)),
      implement(anime, animeHandlers(deps)),
      implement(search, searchHandlers(deps)),
      implement(providers, providersHandlers(deps)),
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
