import { createHash, randomBytes } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import { inject } from 'vitest';
import { track } from './leaks.ts';

/** A database that is prepared once and then copied for each test. */
export type Template = {
  name: string;
  /** Files and folders that `prepare` builds on, such as a service's migrations: when they change, it is made anew. */
  sources?: readonly (string | URL)[];
  /** Fills an empty database. Must have closed its connections when it returns. */
  prepare: (url: string) => Promise<void>;
};

export type TestDatabaseOptions = {
  /** Without it the database is empty. */
  template?: Template;
  /** URL of a superuser; that of vitest's global setup when not given. */
  server?: string;
};

export type TestDatabase = AsyncDisposable & { url: string };

/** Of this process: each template is looked for on the server once. */
const ready = new Map<string, Promise<void>>();

/** A database of the test's own, dropped with whatever is still connected to it when disposed. */
export async function testDatabase(options: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const server = options.server ?? inject('postgresUrl');
  const template = options.template ? await readyTemplate(server, options.template) : 'template0';
  const name = `test_${randomBytes(8).toString('hex')}`;
  // Copying files takes 9 ms where the default way, through the write-ahead log, takes 170: test servers sync nothing.
  await execute(server, `create database ${name} template ${template} strategy file_copy`);
  return track(`database ${name}`, {
    url: urlOf(server, name),
    [Symbol.asyncDispose]: () => execute(server, `drop database if exists ${name} with (force)`),
  });
}

/** The name of the template's database, which exists when this resolves. */
async function readyTemplate(server: string, template: Template): Promise<string> {
  const name = `template_${await contentHash(template)}`;
  const key = `${server} ${name}`;
  let made = ready.get(key);
  if (!made) {
    made = makeTemplate(server, name, template);
    ready.set(key, made);
    // A failure is told to those who waited for it; the next one tries again.
    made.catch(() => ready.delete(key));
  }
  await made;
  return name;
}

/** Under a lock of the server, since other test processes need the same template at the same moment. */
async function makeTemplate(server: string, name: string, { prepare }: Template): Promise<void> {
  await withClient(server, async (client) => {
    await client.query('select pg_advisory_lock(hashtextextended($1, 0))', [name]);
    const { rowCount } = await client.query('select from pg_database where datname = $1', [name]);
    if (rowCount) return;
    // Filled under another name: one whose preparation failed is never taken for finished.
    await client.query(`drop database if exists ${name}_raw with (force)`);
    await client.query(`create database ${name}_raw template template0`);
    await prepare(urlOf(server, `${name}_raw`));
    await client.query(`alter database ${name}_raw rename to ${name}`);
  });
}

async function contentHash({ name, sources = [] }: Template): Promise<string> {
  const hash = createHash('sha256').update(name);
  for (const source of sources) await addContent(hash, source instanceof URL ? fileURLToPath(source) : source);
  return hash.digest('hex').slice(0, 24);
}

async function addContent(hash: ReturnType<typeof createHash>, path: string): Promise<void> {
  if (!(await stat(path)).isDirectory()) {
    hash.update(await readFile(path));
    return;
  }
  for (const entry of (await readdir(path)).sort()) {
    hash.update(`\0${entry}\0`);
    await addContent(hash, join(path, entry));
  }
}

function urlOf(server: string, database: string): string {
  const url = new URL(server);
  url.pathname = `/${database}`;
  return url.href;
}

function execute(server: string, statement: string): Promise<void> {
  return withClient(server, async (client) => void (await client.query(statement)));
}

/** The lock of a session ends with it. */
async function withClient(server: string, use: (client: Client) => Promise<void>): Promise<void> {
  const client = new Client({ connectionString: server });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await use(client);
  } finally {
    await client.end();
  }
}
