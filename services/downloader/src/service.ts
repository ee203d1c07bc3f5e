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
import { type AppConfig, queue } from '@aniworld/contracts';
import { createEgress, networkOptions } from '@aniworld/egress';
import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import manifest from '../package.json' with { type: 'json' };
import { announceStatus } from './announcer.ts';
import { consumeRemoved } from './consumers.ts';
import { startDescriber } from './describer.ts';
import { startGuard } from './guard.ts';
import { queueHandlers } from './handlers.ts';
import { startReaper } from './reaper.ts';
import { joinRoster } from './roster.ts';
import type { DB } from './schema.gen.ts';
import { followSettings } from './settings.ts';
import { createSidecars } from './sidecar.ts';
import { setHostLimits } from './store/host.ts';
import { LONGEST_LEASE } from './store/lease.ts';
import { setMaxConcurrent } from './store/state.ts';
import { startSweeper } from './sweeper.ts';
import { startAgeing, startHistory } from './upkeep.ts';
import { startWorker } from './worker.ts';
import { findYtdlp } from './ytdlp/program.ts';

export const Config = DatabaseConfig.extend({
  /** Downloads at once in this process; 0 answers requests only. */
  WORKER_SLOTS: z.coerce.number().int().min(0).max(256).default(8),
  /** Shown to people and written to the timeline; unique among all workers. */
  WORKER_NAME: z
    .string()
    .min(1)
    .max(100)
    .default(() => `${hostname()}-${process.pid}-${randomBytes(2).toString('hex')}`),
  /** What this worker can do, separated by commas: http, hls, ytdlp. Found out by itself when it is not given. */
  WORKER_TAGS: z
    .string()
    .optional()
    .transform((tags) => (tags?.trim() ? tags.split(',').map((tag) => tag.trim()) : undefined)),
  /** Where yt-dlp and ffmpeg are looked for. */
  PATH: z.string().default('/usr/local/bin:/usr/bin:/bin'),
  /** Private targets that the installation itself needs, separated by commas; as in `network.allow_private`. */
  EGRESS_ALLOW: z
    .string()
    .default('')
    .transform((entries) => entries.split(',').filter((entry) => entry.trim() !== '')),
  LEASE_SECONDS: z.coerce.number().min(1).max(LONGEST_LEASE).default(15),
  /** A download that shows no progress for so long is given up on and tried again. */
  STALL_SECONDS: z.coerce.number().min(1).max(86_400).default(300),
});

/** How long a start waits for the configuration, in milliseconds. */
const SETTINGS_MS = 2_000;

/** Starts the queue, and workers when it has slots for them. */
export async function start(config: z.output<typeof Config>, log: Log): Promise<Service> {
  await using stack = new AsyncDisposableStack();
  const worker = config.WORKER_NAME;
  const migrations = new URL('../migrations/', import.meta.url);
  const place = { url: config.DATABASE_URL, service: 'downloader', migrations, log } as const;
  const db = await openDb<DB>({ ...place, ...restoring(config.RESTORE_FROM, manifest.version, import.meta.url) });
  stack.defer(() => db.destroy());
  const bus = stack.use(
    await connectBus({ url: config.NATS_URL, prefix: config.NATS_PREFIX, name: 'downloader', log }),
  );
  const relay = stack.use(startRelay({ db, bus, service: 'downloader', log }));
  const egress = stack.use(createEgress({ allowPrivate: config.EGRESS_ALLOW }));
  const wakes: (() => void)[] = [];
  const wakeAll = () => {
    for (const wake of wakes) wake();
  };
  // Whoever claims or reports holds this very list: yt-dlp may come and go with a setting.
  const tags = [...(config.WORKER_TAGS ?? [])];
  const settings = stack.use(
    followSettings(bus, log, async (current) => {
      const wrong = egress.configure(networkOptions(current.network, config.EGRESS_ALLOW));
      if (wrong.length > 0) log.warn({ wrong }, 'entries of network.allow_private can not be read');
      await db.transaction().execute(async (tx) => {
        await setMaxConcurrent(tx, current.queue.max_concurrent);
        await setHostLimits(tx, current.queue);
      });
      if (!config.WORKER_TAGS) tags.splice(0, tags.length, ...(await tagsOf(current, config.PATH)));
      wakeAll();
    }),
  );
  // Limits apply from the first item on, unless the catalog is away: then the last ones, in the database, do.
  await Promise.race([settings.known, delay(SETTINGS_MS, undefined, { ref: false })]);
  wakes.push(stack.use(announceStatus(db, bus, log)).wake);
  const deps = { db, bus, relay, settings, worker, log };
  const patience = { leaseSeconds: config.LEASE_SECONDS, stallSeconds: config.STALL_SECONDS };
  stack.use(startSweeper(db, settings, log));
  wakes.push(stack.use(startHistory(db, settings, log)).wake);
  stack.use(startAgeing(db, settings, log, relay));
  stack.use(startDescriber(db, bus, log));
  stack.use(consumeRemoved(deps));
  stack.use(startGuard({ ...deps, onOpen: wakeAll }));
  stack.use(startReaper(deps, { ...patience, onReady: wakeAll }));
  if (config.WORKER_SLOTS > 0) {
    const able = await tagsOf(settings.current, config.PATH);
    if (tags.length === 0) tags.push(...able);
    const about = { slots: config.WORKER_SLOTS, tags };
    const sidecars = createSidecars({ ...deps, egress });
    const claiming = stack.use(
      startWorker({ ...deps, ...patience, ...about, egress, sidecars, searchPath: config.PATH }),
    );
    wakes.push(claiming.wake);
    stack.use(joinRoster(db, claiming, { ...about, name: worker, version: manifest.version }, log));
  }
  stack.use(serveExport(bus, { ...place, transient: ['worker'] }));
  const checks = { postgres: () => pingDb(db), nats: () => bus.check() };
  stack.use(
    await serve(
      bus,
      { service: 'downloader', version: manifest.version, log, checks },
      implement(queue, queueHandlers(deps)),
    ),
  );
  const owned = stack.move();
  return { checks, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

/** yt-dlp is the one engine that not every machine has. */
async function tagsOf({ download }: AppConfig, searchPath: string): Promise<string[]> {
  const patience = AbortSignal.timeout(SETTINGS_MS * 5);
  // One that doesn't say its version in time is as good as none, and must not keep the other settings from being applied.
  const ytdlp = await findYtdlp(download.ytdlp_path, searchPath, patience).catch(() => null);
  return ytdlp ? ['http', 'hls', 'ytdlp'] : ['http', 'hls'];
}
