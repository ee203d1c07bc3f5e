import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { createLog, openDb } from '@aniworld/chassis';
import { asyncApiDocument } from '@aniworld/contracts/asyncapi';
import { openApiDocument } from '@aniworld/contracts/openapi';
import { routeTable } from '@aniworld/contracts/routes';
import { startPostgres } from '@aniworld/standalone/postgres';
import { withSettingsTables } from './settings-table.ts';
import manifest from '../package.json' with { type: 'json' };

/**
 * `npm run generate`: writes everything that is derived from another file. With `--check` it writes nothing and fails when a
 * file is not what it would write; `npm run check` does that.
 *
 *   docs/openapi.json, docs/asyncapi.json, docs/routes.txt   from the contracts
 *   docs/configuration.md                                    the tables at its end, from the configuration's schema
 *   services/<name>/src/schema.gen.ts                        table types, from the migrated database
 */

const root = join(import.meta.dirname, '..');
const check = process.argv.includes('--check');
const run = promisify(execFile);

/** The parsers in the chassis's db.ts decide what a value is in TypeScript. */
const TYPES = { int8: 'number', numeric: 'number', timestamptz: 'string', date: 'string' };

const documents: Record<string, string> = {
  'docs/openapi.json': json(openApiDocument(manifest.version)),
  'docs/asyncapi.json': json(asyncApiDocument(manifest.version)),
  'docs/routes.txt': `${routeTable().join('\n')}\n`,
  'docs/configuration.md': withSettingsTables(await readFile(join(root, 'docs/configuration.md'), 'utf8')),
  ...(await schemas()),
};
let stale = 0;
for (const [path, text] of Object.entries(documents)) {
  if ((await readFile(join(root, path), 'utf8').catch(() => '')) === text) continue;
  stale += 1;
  console.log(check ? `${path} is not up to date: run "npm run generate"` : `wrote ${path}`);
  if (!check) await writeFile(join(root, path), text);
}
process.exit(check && stale > 0 ? 1 : 0);

function json(document: object): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}

async function schemas(): Promise<Record<string, string>> {
  const folder = await mkdtemp(join(tmpdir(), 'aniworld-generate-'));
  const log = createLog({ service: 'generate', level: 'warn', out: process.stderr });
  try {
    await using postgres = await startPostgres({ dataDir: folder, log, durability: 'none' });
    const texts: Record<string, string> = {};
    for (const service of await servicesWithTables()) {
      texts[`services/${service}/src/schema.gen.ts`] = await schemaOf(
        service,
        postgres.url,
        join(folder, `${service}.ts`),
      );
    }
    return texts;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function servicesWithTables(): Promise<string[]> {
  const names = await readdir(join(root, 'services'));
  const having = await Promise.all(
    names.map(async (name) => (await readdir(join(root, 'services', name))).includes('migrations')),
  );
  return names.filter((_, i) => having[i]).sort();
}

async function schemaOf(service: string, url: string, out: string): Promise<string> {
  const log = createLog({ service, level: 'warn', out: process.stderr });
  const migrations = new URL(`../services/${service}/migrations/`, import.meta.url);
  const db = await openDb<never>({ url, service, migrations, log });
  await db.destroy();
  const program = join(
    dirname(createRequire(import.meta.url).resolve('kysely-codegen/package.json')),
    'dist/cli/bin.js',
  );
  await run(process.execPath, [
    program,
    ...['--dialect', 'postgres', '--url', url, '--out-file', out],
    ...['--default-schema', service, '--include-pattern', `${service}.*`],
    ...['--type-mapping', JSON.stringify(TYPES), '--exclude-pattern', '*migration*'],
  ]);
  return readFile(out, 'utf8');
}
