import { BackupError, openArchive, verifyArchive } from '@aniworld/chassis';
import { Client } from 'pg';
import manifest from '../package.json' with { type: 'json' };

/**
 * Makes sure, before any service starts, that a backup can be restored here: that it is whole, of this version or an earlier
 * one, and that nothing is in the database yet.
 * @throws BackupError with a sentence for whoever asked for it
 */
export async function requireRestorable(from: string, databaseUrl: string): Promise<void> {
  await using archive = await openArchive(from, manifest.version);
  const services = Object.keys(archive.manifest.services);
  if (await hasTables(databaseUrl, services))
    throw new BackupError(
      'There is data in this folder already, and a backup is restored into an empty one only. Name another one with --data, or move this one away.',
    );
  await verifyArchive(archive, from);
}

async function hasTables(databaseUrl: string, schemas: string[]): Promise<boolean> {
  const client = new Client({ connectionString: databaseUrl });
  client.on('error', () => undefined);
  await client.connect();
  try {
    const { rowCount } = await client.query('select from pg_tables where schemaname = any($1) limit 1', [schemas]);
    return rowCount !== 0;
  } finally {
    await client.end();
  }
}
