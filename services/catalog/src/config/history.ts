import { type AppConfig, ConfigEntry, fail } from '@aniworld/contracts';
import type { Condition, Configuration, State } from '../configuration.ts';
import { type ConfigRow, listConfigs } from '../store/config.ts';
import type { Database } from '../store/database.ts';
import { changesBetween } from './change.ts';
import { masked } from './secret.ts';
import { readStored } from './stored.ts';

/** The versions of the configuration. */
export interface History {
  /** The newest first. @param cursor the version that the page before ended with */
  list(page: {
    cursor?: string | undefined;
    limit: number;
  }): Promise<{ items: ConfigEntry[]; next_cursor: string | null }>;
  /** @throws CONFIG_VERSION_NOT_FOUND */
  get(version: number): Promise<ConfigEntry & { config: AppConfig }>;
  /** Brings a version back as a new one. @throws CONFIG_VERSION_NOT_FOUND, and as `Configuration.change` does */
  restore(version: number, condition: Condition, by: string | null): Promise<State>;
}

export function createHistory(db: Database, configuration: Configuration): History {
  return {
    list: (page) => list(db, page),
    async get(version) {
      const [row, before] = await rowsFrom(db, version);
      return { ...entryOf(row, before), config: masked(readStored(row.config)) };
    },
    async restore(version, condition, by) {
      const [row] = await rowsFrom(db, version);
      const origin = { changed_by: by, reason: 'restore', restored_from: version } as const;
      return configuration.change(condition, origin, () => readStored(row.config));
    },
  };
}

async function list(db: Database, { cursor, limit }: { cursor?: string | undefined; limit: number }) {
  const before = cursor === undefined ? undefined : readCursor(cursor);
  // One more than asked for: what the last one changed is told by the one before it.
  const rows = await listConfigs(db, before, limit + 1);
  const items = rows.slice(0, limit).map((row, at) => entryOf(row, rows[at + 1]));
  const last = items.at(-1);
  return { items, next_cursor: rows.length > limit && last ? String(last.version) : null };
}

function readCursor(cursor: string): number {
  if (/^\d{1,9}$/.test(cursor)) return Number(cursor);
  throw fail('INVALID_REQUEST', { errors: [{ path: 'cursor', message: 'Not a next_cursor of this list' }] });
}

async function rowsFrom(db: Database, version: number): Promise<[row: ConfigRow, before: ConfigRow | undefined]> {
  const [row, before] = await listConfigs(db, version + 1, 2);
  if (row?.version !== version) throw fail('CONFIG_VERSION_NOT_FOUND');
  return [row, before];
}

/** @param before the version before it; without one, the defaults were */
function entryOf(row: ConfigRow, before: ConfigRow | undefined): ConfigEntry {
  const { version, changed_at, changed_by, restored_from } = row;
  const changes = changesBetween(readStored(before?.config ?? {}), readStored(row.config));
  const reason = ConfigEntry.shape.reason.parse(row.reason);
  return { version, changed_at, changed_by, reason, restored_from, changes };
}
