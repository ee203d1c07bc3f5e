import { randomBytes } from 'node:crypto';
import { copyFile, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * `node deploy/docker/secrets.ts FOLDER`: makes the passwords of an installation, each in the folder of the one container
 * that may know it. Run at every start: what is there stays, what is missing is made, and what the database and the broker
 * are told is written anew, so that an upgrade brings its new roles and rights along.
 */

const WITH_DATABASE = ['auth', 'catalog', 'downloader'];
const SERVICES = [...WITH_DATABASE, 'notifier', 'gateway'];
const DATABASE = 'aniworld';
const NATS_CONFIG = fileURLToPath(new URL('../nats/nats.conf', import.meta.url));

/** Writes `<folder>/<container>/...` for postgres, nats and the five services. */
export async function writeSecrets(folder: string): Promise<void> {
  for (const name of ['postgres', 'nats', ...SERVICES]) await mkdir(join(folder, name), { recursive: true });
  const superuser = await keep(join(folder, 'postgres', 'password'), newPassword);
  const roles: string[] = [];
  for (const service of WITH_DATABASE) {
    const url = await keep(
      join(folder, service, 'database_url'),
      () => `postgres://aniworld_${service}:${newPassword()}@postgres:5432/${DATABASE}`,
    );
    roles.push(roleSql(service, new URL(url).password));
  }
  // libpq takes it only when nobody else may read it.
  await write(join(folder, 'postgres', 'pgpass'), `*:*:*:*:${superuser}\n`, 0o600);
  await write(join(folder, 'postgres', 'roles.sql'), `${DATABASE_SQL}\n${roles.join('\n')}`);

  const operator = await keep(join(folder, 'nats', 'operator_password'), newPassword);
  const users = [`OPERATOR_PASSWORD: "${operator}"`];
  for (const service of SERVICES) {
    const url = await keep(join(folder, service, 'nats_url'), () => `nats://${service}:${newPassword()}@nats:4222`);
    users.push(`${service.toUpperCase()}_PASSWORD: "${new URL(url).password}"`);
  }
  await write(join(folder, 'nats', 'passwords.conf'), `${users.join('\n')}\n`);
  await copyFile(NATS_CONFIG, join(folder, 'nats', 'nats.conf'));
}

/** 192 bits, in letters that need no quoting in an address, in SQL or in the broker's configuration. */
const newPassword = () => randomBytes(24).toString('base64url');

const DATABASE_SQL = `revoke all on database ${DATABASE} from public;`;

/** A login with a schema of its own. That it is there already is no error: a restored database has both. */
function roleSql(service: string, password: string): string {
  const role = `aniworld_${service}`;
  return [
    `select 'create role ${role}' where not exists (select from pg_roles where rolname = '${role}') \\gexec`,
    `alter role ${role} login password '${password}';`,
    `grant connect on database ${DATABASE} to ${role};`,
    `create schema if not exists ${service} authorization ${role};`,
    '',
  ].join('\n');
}

async function keep(path: string, make: () => string): Promise<string> {
  const found = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    return '';
  });
  if (found) return found;
  const made = make();
  await write(path, made);
  return made;
}

/** Readable for every user of the container, whichever PUID says; the folder is mounted in no other. */
async function write(path: string, text: string, mode = 0o444): Promise<void> {
  await writeFile(`${path}.new`, text, { mode });
  await rename(`${path}.new`, path);
}

if (import.meta.main) {
  const [folder] = process.argv.slice(2);
  if (!folder) throw new Error('Usage: node deploy/docker/secrets.ts FOLDER');
  await writeSecrets(folder);
}
