import { type Kysely, sql } from 'kysely';
import { type Migration, type MigrationProvider, Migrator } from 'kysely/migration';
import { readdir, readFile } from 'node:fs/promises';
import type { DbOptions } from './db.ts';

/** Brings a service's schema up to date: first the chassis's own tables, then the service's. Forward only. */
export async function migrate(db: Kysely<any>, { service, migrations, log }: DbOptions): Promise<void> {
  const own = new URL('../migrations/', import.meta.url);
  for (const [folder, table] of [
    [own, 'chassis_migration'],
    [migrations, 'migration'],
  ] as const) {
    const migrator = new Migrator({
      db,
      provider: folderProvider(folder),
      migrationTableSchema: service,
      migrationTableName: table,
      migrationLockTableName: `${table}_lock`,
    });
    const { error, results } = await migrator.migrateToLatest();
    for (const result of results ?? [])
      log.info({ migration: result.migrationName, status: result.status }, 'migration');
    if (error) throw new Error(`The database of ${service} could not be migrated`, { cause: error });
  }
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
