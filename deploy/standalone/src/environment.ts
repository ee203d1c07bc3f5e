import { join } from 'node:path';
import type { ServiceName } from '@aniworld/contracts';
import { freePort } from './ports.ts';

export type Environment = Record<string, string>;

export type EnvironmentOptions = {
  databaseUrl: string;
  natsUrl: string;
  dataDir: string;
  /** The library folder that is offered while the configuration names none. */
  libraryDir?: string;
  host: string;
  port: number;
  logLevel: string;
  /** Bytes a second of each connection to the sample shelf. */
  shelfBytesPerSecond?: number;
  leaseSeconds?: number;
  /** Downloads at once in one worker process. */
  workerSlots?: number;
  /** Where yt-dlp and ffmpeg are looked for, as in PATH. */
  searchPath?: string;
  /** A backup that fills the empty database. */
  restoreFrom?: string;
  /** Stands before each subject; for installations and tests that share a NATS server. */
  natsPrefix?: string;
  /** Variables that decide on settings, as text by their names. */
  overrides?: Environment;
};

/**
 * What each service is told: the same variables that a container gets. Between themselves the services talk on free
 * ports of the loopback.
 */
export async function environments(options: EnvironmentOptions): Promise<Record<ServiceName, Environment>> {
  const [notifierPort, shelfPort] = [await freePort(), await freePort()];
  const prefix = options.natsPrefix && { NATS_PREFIX: options.natsPrefix };
  const base = { NATS_URL: options.natsUrl, LOG_LEVEL: options.logLevel, ...prefix };
  const restore = options.restoreFrom && { RESTORE_FROM: options.restoreFrom };
  const database = { ...base, DATABASE_URL: options.databaseUrl, ...restore };
  const shelf = `127.0.0.1:${shelfPort}`;
  return {
    auth: database,
    catalog: {
      ...options.overrides,
      ...database,
      DEFAULT_LIBRARY_DIR: options.libraryDir ?? join(options.dataDir, 'library'),
      BACKUP_DIR: join(options.dataDir, 'backups'),
      SHELF_PORT: String(shelfPort),
      EGRESS_ALLOW: shelf,
      ...(options.shelfBytesPerSecond !== undefined && { SHELF_BYTES_PER_SECOND: String(options.shelfBytesPerSecond) }),
    },
    downloader: {
      ...database,
      EGRESS_ALLOW: shelf,
      ...(options.leaseSeconds && { LEASE_SECONDS: String(options.leaseSeconds) }),
      ...(options.workerSlots && { WORKER_SLOTS: String(options.workerSlots) }),
      ...(options.searchPath && { PATH: options.searchPath }),
    },
    notifier: { ...base, PORT: String(notifierPort), HOST: '127.0.0.1' },
    gateway: {
      ...base,
      PORT: String(options.port),
      HOST: options.host,
      NOTIFIER_URL: `http://127.0.0.1:${notifierPort}`,
      SHELF_URL: `http://${shelf}`,
    },
  };
}
