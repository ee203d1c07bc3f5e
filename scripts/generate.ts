import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { createLog, openDb } from '@aniworld/chassis';
import { startPostgres } from '@aniworld/standalone/postgres';

/**
 * `npm run generate`: writes everything that is derived from another file. `npm run check` runs it and fails when a file
 * changes by it.
 *
 *   services/<name>/src/schema.gen.ts   table types, from the migrated database
 */

const root = join(import.meta.dirname, '..');
const run = promisify(execFile);

/** The parsers in the chassis's db.ts decide what a value is in TypeScript. */
const TYPES = { int8: 'number', numeric: 'number', timestamptz: 'string', date: 'string' };

const folder = await mkdtemp(join(tmpdir(), 'aniworld-generate-'));
const log = createLog({ service: 'generate', level: 'warn', out: process.stderr });
try {
  await using postgres = await startPostgres({ dataDir: folder, log, durability: 'none' });
  for (const service of await servicesWithTables()) await writeSchema(service, postgres.url);
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function servicesWithTables(): Promise<string[]> {
  const names = await readdir(join(root, 'services'));
  const having = await Promise.all(
    names.map(async (name) => (await readdir(join(root, 'services', name))).includes('migrations')),
  );
  return names.filter((_, i) => having[i]).sort();
}

async function writeSchema(service: string, url: string): Promise<void> {
  const migrations = new URL(`../services/${service}/migrations/`, import.meta.url);
  const db = await openDb<never>({ url, service, migrations, log });
  await db.destroy();
  const program = join(
    dirname(createRequire(import.meta.url).resolve('kysely-codegen/package.json')),
    'dist/cli/bin.js',
  );
  const out = join(root, 'services', service, 'src/schema.gen.ts');
  await run(process.execPath, [
    program,
    ...['--dialect', 'postgres', '--url', url, '--out-file', out],
    ...['--default-schema', service, '--include-pattern', `${service}.*`],
    ...['--type-mapping', JSON.stringify(TYPES), '--exclude-pattern', '*migration*'],
  ]);
}
