import { type Kysely, sql } from 'kysely';
import { type Migration, type MigrationInfo, type MigrationProvider, Migrator, NO_MIGRATIONS } from 'kysely/migration';
import { readdir, readFile } from 'node:fs/promises';
import { BackupError } from './backup/manifest.ts';
import type { DbOptions } from './db.ts';

/** The migrations that a schema had at some time: the chassis's and the service's. */
export interface Past {
  chassis: readonly string[];
  own: readonly string[];
}

/**
 * Brings a service's schema up to date, or to where it was in the past: first the chassis's own tables, then the service's.
 * Forward only.
 * @throws BackupError when the past has migrations that we don't know
 */
export async function migrate(db: Kysely<any>, { service, migrations, log }: DbOptions, past?: Past): Promise<void> {
  const chassis = new URL('../migrations/', import.meta.url);
  for (const [folder, table, names] of [
    [chassis, 'chassis_migration', past?.chassis],
    [migrations, 'migration', past?.own],
  ] as const) {
    const migrator = new Migrator({
      db,
      provider: folderProvider(folder),
      migrationTableSchema: service,
      migrationTableName: table,
      migrationLockTableName: `${table}_lock`,
    });
    if (names) checkKnown(names, await migrator.getMigrations(), service);
    const { error, results } = await (names
      ? migrator.migrateTo(names.at(-1) ?? NO_MIGRATIONS)
      : migrator.migrateToLatest());
    for (const result of results ?? [])
      log.info({ migration: result.migrationName, status: result.status }, 'migration');
    if (error) throw new Error(`The database of ${service} could not be migrated`, { cause: error });
  }
}

function checkKnown(names: readonly string[], known: readonly MigrationInfo[], service: string): void {
  const ours = known.map(({ name }) => name);
  if (names.every((name, i) => ours[i] === name)) return;
  throw new BackupError(`The backup's tables of ${service} are not those of this version or an earlier one.`);
}

function folderProvider(folder: URL): MigrationProvider {
  return {
    async getMigrations() {
      const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort();
      const entries = names.map(async (name): Promise<[string, Migration]> => {
        const text = await readFile(new URL(name, folder), 'utf8');
        return [name.replace(/\.sql$/, ''), { up: async (trx) => void (await sql.raw(text).execute(trx)) }];
      });
      return Object.fromEntries(await Promise.all(entries));
    },
  };
}
